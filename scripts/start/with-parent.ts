// For a process that must not outlive the one that started it, however that ended: its channel closes, and it stops in
// order. NODE's --import=…/scripts/start/with-parent.ts, in a child with an "ipc" channel.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// Listening alone must not keep the process alive.
process.channel?.unref();
