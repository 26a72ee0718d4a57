-- Takes a node out, if it is still this run. One that is drained stays known,
-- as not alive, for it is drained when it comes back.
--
-- KEYS     cluster:nodes, cluster:drained, cluster:alive:<incarnation>
-- ARGV     name, run
local call, match = redis.call, string.match
call('DEL', KEYS[3])
local held = call('HGET', KEYS[1], ARGV[1])
if not held or match(held, '^%S+') ~= ARGV[2] then return end
if call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then
  call('HDEL', KEYS[1], ARGV[1])
else
  local before, after = match(held, '^(%S+ %d+ %d+ )%d+( .*)$')
  call('HSET', KEYS[1], ARGV[1], before .. '0' .. after)
end
