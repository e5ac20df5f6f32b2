# Runs a server for as long as standard input stays open, and no longer.
#
# Standard input is a pipe whose other end only xtask holds. The kernel closes that end when
# xtask ends, also by Ctrl-C or kill -9, so no server is ever left behind. This script and
# the server stand in a process group of their own: Ctrl-C in the terminal reaches xtask only.
#
# Usage: sh supervise.sh PROGRAM [ARGS...]
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(
    read -r _ <&3
    kill -TERM "$server" 2>/dev/null
    # A server that is still there after a while does not want to go.
    tries=0
    while kill -0 "$server" 2>/dev/null && [ "$tries" -lt 10 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -KILL "$server" 2>/dev/null
) &
watcher=$!
wait "$server"
status=$?
# After the server, the watcher must go too: the number may be given to another process.
kill "$watcher" 2>/dev/null
exit "$status"
