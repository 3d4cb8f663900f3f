/** As the server has it: its schema refuses anything shorter. */
export const PASSWORD_LENGTH_MIN = 10;
