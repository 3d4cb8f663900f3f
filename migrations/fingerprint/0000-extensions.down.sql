drop extension if exists pgcrypto;
drop extension if exists cube;
drop extension if exists intarray;
