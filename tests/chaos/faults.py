"""The kinds of faults: each breaks one part and heals it again."""

import random
import threading

CONNECTIONS_KILLED_EVERY_S = (0.02, 0.2)


class fault:
    """One kind. Two kinds with a part in common do not go together."""

    # Seconds, at least and at most.
    lasts = (0.3, 2.0)

    def __init__(self, name, *parts):
        self.name = name
        self.parts = set(parts)
        self.part = parts[0]

    def concerns_only(self, store):
        return self.parts <= {store, f"way to {store}"}

    def begin(self, world, chooser):
        raise NotImplementedError

    def end(self, world):
        raise NotImplementedError


# -- whole processes ----------------------------------------------------------


class store_killed(fault):
    lasts = (0.0, 1.5)

    def begin(self, world, chooser):
        getattr(world, self.part).kill()

    def end(self, world):
        getattr(world, self.part).start_again()


class store_frozen(fault):
    lasts = (0.3, 4.0)

    def begin(self, world, chooser):
        getattr(world, self.part).freeze()

    def end(self, world):
        getattr(world, self.part).thaw()


class registrar_killed(fault):
    """The caller waits until it is ready: another fault may last longer."""

    lasts = (0.0, 1.0)

    def begin(self, world, chooser):
        world.server.kill()

    def end(self, world):
        world.start()


class registrar_frozen(fault):
    lasts = (0.5, 3.0)

    def begin(self, world, chooser):
        world.server.freeze()

    def end(self, world):
        world.server.thaw()


class registrar_stopped(fault):
    """In order, while entries wait for a SQL that stands still for a while."""

    lasts = (0.2, 1.5)

    def begin(self, world, chooser):
        world.postgres.freeze()
        self.is_told = threading.Timer(0.1, world.server.ask_to_stop)
        self.is_told.start()

    def end(self, world):
        self.is_told.join()
        world.postgres.thaw()
        code = world.server.wait_ended()
        assert code == 0, \
            f"a graceful stop ended with {code}: {world.server.last_words()}"
        world.start()


class registrar_stopped_without_sql(fault):
    """In order, with entries that SQL cannot take: the journal keeps them."""

    lasts = (0.5, 1.5)

    def begin(self, world, chooser):
        world.postgres.kill()

    def end(self, world):
        world.server.ask_to_stop()
        code = world.server.wait_ended()
        world.postgres.start_again()
        assert code == 0, \
            f"a stop without SQL ended with {code}: {world.server.last_words()}"
        world.start()


# -- the way there ------------------------------------------------------------


class gate_fault(fault):
    """`set_to` says what becomes of the gate."""

    def __init__(self, name, part, set_to, lasts=fault.lasts):
        super().__init__(name, part)
        self.set_to = set_to
        self.lasts = lasts

    def gate(self, world):
        return world.gates[self.part.removeprefix("way to ")]

    def begin(self, world, chooser):
        self.set_to(self.gate(world), chooser)

    def end(self, world):
        self.gate(world).open()


# -- single connections -------------------------------------------------------


class connections_killed(fault):
    """Again and again, one or all."""

    def begin(self, world, chooser):
        self.ended = threading.Event()
        self.error = None
        self.thread = threading.Thread(
            target=self.run, args=(world, random.Random(chooser.random())))
        self.thread.start()

    def run(self, world, chooser):
        try:
            while True:
                self.kill_some(world, chooser)
                if self.ended.wait(
                        chooser.uniform(*CONNECTIONS_KILLED_EVERY_S)):
                    return
        except OSError as error:
            self.error = error

    def end(self, world):
        self.ended.set()
        self.thread.join()
        if self.error:
            raise self.error


class redis_connections_killed(connections_killed):
    def kill_some(self, world, chooser):
        clients = world.stores.ask_redis("CLIENT", "LIST", "TYPE", "normal")
        ids = [x.split()[0].removeprefix("id=")
               for x in clients.splitlines()]
        if chooser.random() < 0.5:
            world.stores.ask_redis("CLIENT", "KILL", "TYPE", "normal")
        else:
            world.stores.ask_redis("CLIENT", "KILL", "ID",
                                   chooser.choice(ids))


class postgres_backends_killed(connections_killed):
    def kill_some(self, world, chooser):
        count = chooser.choice([1, 1, 3, 100])
        world.stores.ask_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where "
            "datname = current_database() and pid <> pg_backend_pid() "
            f"order by random() limit {count}")


# -- all of them --------------------------------------------------------------


def kinds():
    result = [
        registrar_killed("registrar killed", "registrar"),
        registrar_frozen("registrar frozen", "registrar"),
        redis_connections_killed("redis connections killed", "redis"),
        postgres_backends_killed("postgres backends killed", "postgres"),
        registrar_stopped("registrar stopped with jobs", "registrar",
                          "postgres"),
    ]
    result.append(registrar_stopped_without_sql(
        "registrar stopped without sql", "registrar", "postgres"))
    way = "way to redis"
    result.append(gate_fault("redis unseen beyond the lease", way,
                             lambda g, _: g.freeze(), (6.5, 7.5)))
    for store in ("redis", "postgres"):
        way = f"way to {store}"
        result += [
            store_killed(f"{store} killed", store),
            store_frozen(f"{store} frozen", store),
            gate_fault(f"{way} cut", way, lambda g, _: g.cut()),
            gate_fault(f"{way} half open", way, lambda g, _: g.freeze(),
                       (0.3, 4.0)),
            gate_fault(f"{way} delayed", way,
                       lambda g, c: g.delay(c.uniform(0.002, 0.05))),
            gate_fault(f"{way} slow", way,
                       lambda g, c: g.delay(c.uniform(0.2, 0.6))),
            gate_fault(f"{way} loses replies", way,
                       lambda g, _: g.lose_replies()),
        ]
    return result
