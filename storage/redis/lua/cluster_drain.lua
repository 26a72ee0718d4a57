-- Takes a node's partitions away, or lets it have some again.
--
-- KEYS     cluster:nodes, cluster:drained
-- ARGV     name, 1 or 0
-- returns  1, or 0 where no node of that name is known
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call(ARGV[2] == '1' and 'SADD' or 'SREM', KEYS[2], ARGV[1])
return 1
