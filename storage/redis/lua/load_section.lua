-- Puts one section in place of what a ledger has of it, from SQL's rows.
--
-- KEYS[1]  {pNN}:epoch; all other keys are of the same partition
-- ARGV     epoch's number and token, section, settings, sequence, then for each
--          row: student, registration, request, sequence, ticket (0:
--          enrolled), since
-- returns  '' where it is done, else the name of a failure
local prefix = string.sub(KEYS[1], 1, -6)
local owner = redis.call('HMGET', KEYS[1], 'number', 'token')
if owner[1] ~= ARGV[1] or owner[2] ~= ARGV[2] then return 'fenced' end
local section = ARGV[3]
local roster = prefix .. 'roster:' .. section
local waitlist = prefix .. 'waitlist:' .. section

-- Students who were there before.
local before = redis.call('HGETALL', roster)
for i = 1, #before, 2 do
  if before[i] ~= 'counts' then
    local student = string.match(before[i + 1], '^%S+')
    redis.call('HDEL', prefix .. 'student:' .. student, section)
  end
end
for _, member in ipairs(redis.call('ZRANGE', waitlist, 0, -1)) do
  local student = string.match(member, '^%S+ (%S+)')
  redis.call('HDEL', prefix .. 'student:' .. student, section)
end
redis.call('DEL', roster, waitlist)

local enrolled, waitlisted = 0, 0
for i = 6, #ARGV, 6 do
  local student, registration, request = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local sequence, ticket, since = ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
  if ticket == '0' then
    enrolled = enrolled + 1
    redis.call('HSET', roster, registration, student .. ' ' .. request .. ' '
               .. sequence .. ' ' .. since)
  else
    waitlisted = waitlisted + 1
    redis.call('ZADD', waitlist, ticket, registration .. ' ' .. student .. ' '
               .. request .. ' ' .. since)
  end
  redis.call('HSET', prefix .. 'student:' .. student, section, registration
             .. ' ' .. ticket .. ' ' .. since .. ' -')
end
redis.call('HSET', roster, 'counts',
           ARGV[5] .. ' ' .. enrolled .. ' ' .. waitlisted)
redis.call('HSET', prefix .. 'section:' .. section, 'settings', ARGV[4])
redis.call('HSET', KEYS[1], section, '1')
return ''
