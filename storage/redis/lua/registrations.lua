-- Reads what students hold in one partition.
--
-- KEYS[1]  {pNN}:epoch
-- ARGV     students
-- returns  per student: section, registration, since, position (0: enrolled)
--          in turn; nil where the partition has no epoch
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local prefix = string.sub(KEYS[1], 1, -6)
local result = {}
for i, student in ipairs(ARGV) do
  local rows = redis.call('HGETALL', prefix .. 'student:' .. student)
  local found = {}
  for j = 1, #rows, 2 do
    local section = rows[j]
    local registration, ticket, since =
      string.match(rows[j + 1], '^(%S+) (%d+) (%d+)')
    local position = '0'
    if ticket ~= '0' then
      local line = prefix .. 'waitlist:' .. section
      local member = redis.call('ZRANGE', line, ticket, ticket, 'BYSCORE')[1]
      if not member or string.match(member, '^%S+') ~= registration then
        error('the waitlist lacks ' .. registration)
      end
      position = tostring(redis.call('ZRANK', line, member) + 1)
    end
    found[#found + 1] = section
    found[#found + 1] = registration
    found[#found + 1] = since
    found[#found + 1] = position
  end
  result[i] = found
end
return result
