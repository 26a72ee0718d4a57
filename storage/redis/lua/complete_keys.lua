-- Ends attempts of idempotency keys, as storage/rules/key_rules does.
--
-- KEYS     idem:<student>:<route>:<key>
-- ARGV     time; per key: attempt, 1 to keep the response or 0, response
-- returns  per key: 1 where it was accepted or 0, response stored before
local at = tonumber(ARGV[1])
local fingerprint_size = 64

local function complete(key, of_attempt, keeps, response)
  local record = redis.call('GET', key)
  if not record then return {0, ''} end
  local attempt, ends, owner_and_expires, expires, done, rest =
    string.match(record, '^ (%d+) (%d+) (%d+ (%d+)) ([01]) ()',
                 fingerprint_size + 1)
  if tonumber(expires) <= at then return {0, ''} end
  if done == '1' then return {0, string.sub(record, rest)} end
  if tonumber(attempt) ~= tonumber(of_attempt) then return {0, ''} end
  if tonumber(ends) > at then ends = ARGV[1] end
  redis.call('SET', key,
             string.sub(record, 1, fingerprint_size) .. ' ' .. attempt .. ' '
             .. ends .. ' ' .. owner_and_expires .. ' ' .. keeps .. ' '
             .. response, 'KEEPTTL')
  return {1, ''}
end

local result = {}
for i, key in ipairs(KEYS) do
  local first = 3 * i - 1
  result[i] = complete(key, ARGV[first], ARGV[first + 1], ARGV[first + 2])
end
return result
