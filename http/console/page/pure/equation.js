// The parts of a section's seats as shares of the widest: what is enrolled
// within the seats, what is free, what is above the capacity.

export function seatParts({total_seats, enrolled, available, over_capacity}) {
  const width = Math.max(total_seats, enrolled, 1);
  const within = enrolled - over_capacity;
  return [
    {name: "enrolled", seats: within, share: within / width},
    {name: "free", seats: available, share: available / width},
    {name: "over capacity", seats: over_capacity,
     share: over_capacity / width},
  ].filter(x => x.seats > 0);
}
