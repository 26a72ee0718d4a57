-- Marks the rows of students as those of inactive or active ones. The mark is
-- the epoch under which its owner said so: what a former owner said is void.
--
-- KEYS[1]  {pNN}:epoch
-- ARGV     student and 1 (active) or 0, in turn
local prefix = string.sub(KEYS[1], 1, -6)
local number = redis.call('HGET', KEYS[1], 'number')
if not number then return 0 end
for i = 1, #ARGV, 2 do
  local key = prefix .. 'student:' .. ARGV[i]
  local mark = ARGV[i + 1] == '1' and '-' or number
  local rows = redis.call('HGETALL', key)
  for j = 1, #rows, 2 do
    local row, marked = string.match(rows[j + 1], '^(.*) (%S+)$')
    if marked ~= mark then
      redis.call('HSET', key, rows[j], row .. ' ' .. mark)
    end
  end
end
return 1
