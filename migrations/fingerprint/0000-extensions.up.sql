create extension if not exists intarray;
create extension if not exists cube;
create extension if not exists pgcrypto;
