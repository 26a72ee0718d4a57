-- Takes or renews the lease of a partition, or ends it (DESIGN 6). Its end is a
-- moment of Redis' clock, not a TTL: a lease that ran out still says who held.
--
-- KEYS[1]  {pNN}:lease
-- ARGV     holder, run, time in ms (0: end it), 1 where the run takes the lease
--          over from a former run of the same holder, URL of the holder
-- returns  an empty list where it is done, else holder, ms left, URL in force
local held = redis.call('HMGET', KEYS[1], 'holder', 'run', 'until', 'url')
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local is_ours = held[2] == ARGV[2]
local left = (tonumber(held[3] or '0')) - now
if ARGV[3] == '0' then
  if is_ours then redis.call('HSET', KEYS[1], 'until', '0') end
  return {}
end
local is_former_run = ARGV[4] == '1' and held[1] == ARGV[1]
if left > 0 and not is_ours and not is_former_run then
  return {held[1], left, held[4] or ''}
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'run', ARGV[2], 'until',
           string.format('%.0f', now + tonumber(ARGV[3])), 'url', ARGV[5])
return {}
