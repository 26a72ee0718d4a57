-- Begins attempts of idempotency keys, as storage/rules/key_rules does.
--
-- KEYS     idem:<student>:<route>:<key>
-- ARGV     time, incarnation, how much longer Redis keeps a record than it
--          lives, 1 where several incarnations run at once; per key:
--          fingerprint, lease, ttl
-- returns  per key: state, attempt, milliseconds to wait, response; state 4
--          where a later incarnation owns the record and only one may run
local call, format, match = redis.call, string.format, string.match
local begun, in_flight, stored, mismatch, fenced = 0, 1, 2, 3, 4
local at, incarnation = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = call('TIME')
local kept_longer = clock[1] * 1000 + math.floor(clock[2] / 1000) - at + ARGV[3]
local is_clustered = ARGV[4] == '1'
local fingerprint_size = 64

-- Whether who began an attempt may still be at it.
local function runs(owner)
  return owner == incarnation or is_clustered
    and call('EXISTS', format('cluster:alive:%.0f', owner)) == 1
end

-- @returns what of a record follows its attempt, and when Redis deletes it.
local function terms_of(lease_ends, expires)
  return format('%.0f %s %.0f 0 ', lease_ends, ARGV[2], expires),
    format('%.0f', expires + kept_longer)
end

-- Mostly all keys have the same.
local last_lease, last_ttl, first_terms, first_ends

local function begin_again(key, record, fingerprint, lease_ends, ttl)
  local attempt, ends, owner, expires, done, rest =
    match(record, '^ (%d+) (%d+) (%d+) (%d+) ([01]) ()', fingerprint_size + 1)
  attempt, ends, owner, expires =
    tonumber(attempt), tonumber(ends), tonumber(owner), tonumber(expires)
  if expires <= at then
    attempt, expires = 0, math.max(at + ttl, lease_ends)
  else
    if string.sub(record, 1, fingerprint_size) ~= fingerprint then
      return {mismatch, attempt, 0, ''}
    end
    if done == '1' then
      return {stored, attempt, 0, string.sub(record, rest)}
    end
    if ends > at and runs(owner) then
      return {in_flight, attempt, ends - at, ''}
    end
    if owner > incarnation and not is_clustered then
      return {fenced, attempt, 0, ''}
    end
    expires = math.max(expires, lease_ends)
  end
  local terms, deleted = terms_of(lease_ends, expires)
  call('SET', key, fingerprint .. ' ' .. attempt + 1 .. ' ' .. terms, 'PXAT',
       deleted)
  return {begun, attempt + 1, 0, ''}
end

local function begin(key, fingerprint, lease, ttl)
  if lease ~= last_lease or ttl ~= last_ttl then
    last_lease, last_ttl = lease, ttl
    first_terms, first_ends =
      terms_of(at + lease, math.max(at + ttl, at + lease))
  end
  -- Mostly there is none: to ask and to write is one call.
  local record = call('SET', key, fingerprint .. ' 1 ' .. first_terms, 'NX',
                      'GET', 'PXAT', first_ends)
  if not record then return {begun, 1, 0, ''} end
  return begin_again(key, record, fingerprint, at + lease, ttl)
end

local result = {}
for i, key in ipairs(KEYS) do
  local first = 2 + 3 * i
  result[i] = begin(key, ARGV[first], ARGV[first + 1], ARGV[first + 2])
end
return result
