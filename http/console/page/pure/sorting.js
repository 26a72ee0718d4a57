// The next way to sort when a head is pressed: the same column the other way
// round, or another one with what is most on top; names from A.

export function nextSort(now, key) {
  if (now.sort !== key)
    return {sort: key, order: key === "name" ? "asc" : "desc"};
  return {sort: key, order: now.order === "asc" ? "desc" : "asc"};
}
