"""What may befall the nodes of a cluster, and what is between them."""


class fault:
    """One that befalls one node, or all ways between nodes."""

    # Seconds, at least and at most.
    lasts = (0.5, 4.0)
    # Whether the others must take the node's partitions within WRITABLE_S.
    is_loss = False

    def __init__(self, name):
        self.name = name

    def begin(self, here, victim):
        raise NotImplementedError

    def end(self, here, victim):
        raise NotImplementedError


class killed(fault):
    is_loss = True

    def begin(self, here, victim):
        victim.kill()

    def end(self, here, victim):
        victim.start()


class killed_and_back_at_once(killed):
    is_loss = False
    lasts = (0.0, 0.3)


class frozen(fault):
    is_loss = True

    def begin(self, here, victim):
        victim.freeze()

    def end(self, here, victim):
        victim.thaw()


class frozen_for_a_moment(frozen):
    is_loss = False
    lasts = (0.3, 3.0)


class cut_off_from_redis(fault):
    is_loss = True

    def begin(self, here, victim):
        victim.redis_gate.cut()

    def end(self, here, victim):
        victim.redis_gate.open()


class redis_unseen(cut_off_from_redis):
    """Connections stay and carry nothing."""

    def begin(self, here, victim):
        victim.redis_gate.freeze()


class between_nodes(fault):
    """It reaches Redis, so it stays the owner of what it has."""

    def ways(self, here, victim):
        return here.ways_of(victim)

    def break_way(self, way):
        way.cut()

    def begin(self, here, victim):
        for way in self.ways(here, victim):
            self.break_way(way)

    def end(self, here, victim):
        for way in self.ways(here, victim):
            way.open()


class replies_of_node_lost(between_nodes):
    def break_way(self, way):
        way.lose_replies()


class nodes_half_open(between_nodes):
    def break_way(self, way):
        way.freeze()


class not_to_be_reached(between_nodes):
    """One way only: it can connect to the others, and they cannot to it."""

    def ways(self, here, victim):
        return list(victim.ways.values())


class two_nodes_apart(between_nodes):
    """A third reaches both."""

    def ways(self, here, victim):
        other = next(x for x in here.nodes.values() if x is not victim)
        return here.ways_between(victim, other)


class all_nodes_apart(between_nodes):
    def ways(self, here, victim):
        return [way for x in here.nodes.values() for way in x.ways.values()]


class alone(fault):
    """Cut off from everything but its clients."""

    is_loss = True

    def begin(self, here, victim):
        victim.redis_gate.cut()
        for way in here.ways_of(victim):
            way.cut()

    def end(self, here, victim):
        for way in here.ways_of(victim):
            way.open()
        victim.redis_gate.open()


class redis_killed(fault):
    lasts = (0.0, 1.5)

    def begin(self, here, victim):
        here.redis.kill()

    def end(self, here, victim):
        here.redis.start_again()


class redis_frozen(fault):
    def begin(self, here, victim):
        here.redis.freeze()

    def end(self, here, victim):
        here.redis.thaw()


class postgres_killed(redis_killed):
    def begin(self, here, victim):
        here.postgres.kill()

    def end(self, here, victim):
        here.postgres.start_again()


class stopped(fault):
    """In order: it gives its partitions away first."""

    lasts = (0.5, 2.0)

    def begin(self, here, victim):
        code = victim.stop()
        assert code == 0, f"a stop ended with {code}: {victim.last_words()}"

    def end(self, here, victim):
        victim.start()


def kinds():
    return [killed("node killed"),
            killed_and_back_at_once("node killed and back at once"),
            frozen("node frozen"),
            frozen_for_a_moment("node frozen for a moment"),
            cut_off_from_redis("node cut off from redis"),
            redis_unseen("redis unseen by a node"),
            between_nodes("node cut off from nodes"),
            not_to_be_reached("node not to be reached by nodes"),
            two_nodes_apart("two nodes apart"),
            replies_of_node_lost("replies of a node lost"),
            nodes_half_open("node half open to nodes"),
            all_nodes_apart("all nodes apart"),
            alone("node cut off from all"),
            redis_killed("redis killed"),
            redis_frozen("redis frozen"),
            postgres_killed("postgres killed"),
            stopped("node stopped")]
