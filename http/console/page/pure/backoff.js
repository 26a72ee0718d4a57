// How long to wait before the next try: twice as long each time, up to a
// bound, and a little by chance so that many pages do not come at once.

export const firstMs = 500;
export const mostMs = 8000;

export function pauseMs(failures, chance = Math.random()) {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures, 20));
  return Math.round(whole * (0.75 + 0.25 * chance));
}
