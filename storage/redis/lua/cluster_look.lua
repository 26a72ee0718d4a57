-- The cluster at one moment.
--
-- KEYS     cluster:nodes, cluster:drained, {pNN}:lease of each partition, then
--          {pNN}:epoch of each
-- returns  now in ms; names and entries; drained names; per partition holder,
--          run, until, number of the epoch, nil where there is none
local call = redis.call
local clock = call('TIME')
local partitions = (#KEYS - 2) / 2
local places = {}
for i = 1, partitions do
  local place = call('HMGET', KEYS[2 + i], 'holder', 'run', 'until')
  place[4] = call('HGET', KEYS[2 + partitions + i], 'number')
  places[i] = place
end
return {clock[1] * 1000 + math.floor(clock[2] / 1000),
        call('HGETALL', KEYS[1]), call('SMEMBERS', KEYS[2]), places}
