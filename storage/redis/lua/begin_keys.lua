-- Begins attempts of idempotency keys, as storage/rules/key_rules does.
--
-- KEYS     idem:<student>:<route>:<key>
-- ARGV     time, incarnation, how much longer Redis keeps a record than it
--          lives; per key: fingerprint, lease, ttl
-- returns  per key: state, attempt, milliseconds to wait, response; state 4
--          where a later incarnation owns the record
local begun, in_flight, stored, mismatch, fenced = 0, 1, 2, 3, 4
local at, incarnation = tonumber(ARGV[1]), tonumber(ARGV[2])

local function keep(key, fingerprint, attempt, lease_ends, expires)
  redis.call('SET', key,
             string.format('%s %d %.0f %.0f %.0f 0 ', fingerprint, attempt,
                           lease_ends, incarnation, expires),
             'PX', string.format('%.0f', expires - at + ARGV[3]))
end

local function begin(key, fingerprint, lease, ttl)
  local record = redis.call('GET', key)
  local lease_ends = at + lease
  local was, attempt, ends, owner, expires, done, rest
  if record then
    was, attempt, ends, owner, expires, done, rest =
      string.match(record, '^(%x+) (%d+) (%d+) (%d+) (%d+) ([01]) ()')
    attempt, ends, owner, expires =
      tonumber(attempt), tonumber(ends), tonumber(owner), tonumber(expires)
  end
  if not record or expires <= at then
    keep(key, fingerprint, 1, lease_ends, math.max(at + ttl, lease_ends))
    return {begun, 1, 0, ''}
  end
  if was ~= fingerprint then return {mismatch, attempt, 0, ''} end
  if done == '1' then
    return {stored, attempt, 0, string.sub(record, rest)}
  end
  if ends > at and owner == incarnation then
    return {in_flight, attempt, ends - at, ''}
  end
  if owner > incarnation then return {fenced, attempt, 0, ''} end
  keep(key, fingerprint, attempt + 1, lease_ends, math.max(expires, lease_ends))
  return {begun, attempt + 1, 0, ''}
end

local result = {}
for i, key in ipairs(KEYS) do
  local first = 1 + 3 * i
  result[i] = begin(key, ARGV[first], ARGV[first + 1], ARGV[first + 2])
end
return result
