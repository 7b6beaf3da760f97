export class PngError extends Error {
  constructor(reason: string) {
    super(`PNG ${reason}`);
    this.name = 'PngError';
  }
}
