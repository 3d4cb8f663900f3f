/**
 * A number that upstream holds as a float, so that `1` prints as `1.0` and small ones as Python
 * writes them (`1e-07`).
 */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** The text of Python's `repr` for the same double. */
  toString(): string {
    const { value } = this;
    const text = String(value);
    const exponent = /^(?<digits>[^e]+)e(?<sign>[+-])(?<power>\d+)$/.exec(text)?.groups;
    if (exponent) {
      // JavaScript goes to exponents at 1e21, Python at 1e16, and pads them to two digits.
      return `${exponent['digits']}e${exponent['sign']}${exponent['power']?.padStart(2, '0')}`;
    }
    const magnitude = Math.abs(value);
    if (magnitude !== 0 && magnitude < 1e-4) return pythonExponent(value);
    if (magnitude >= 1e16 && Number.isFinite(value)) return pythonExponent(value);
    return text.includes('.') || !Number.isFinite(value) ? text : `${text}.0`;
  }
}

function pythonExponent(value: number): string {
  const [digits = '0', power = '+0'] = value.toExponential().split('e');
  const sign = power.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${power.slice(1).padStart(2, '0')}`;
}
