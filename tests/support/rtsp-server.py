"""Serves MP4 files over RTSP without transcoding: rtsp-server.py PORT USER:PASSWORD|- NAME=PATH…

Prints the port once it listens. A medium starts with its first viewer, is shared by all, and ends with the file.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
port, credentials, *files = sys.argv[1:]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
for name, path in (file.split("=", 1) for file in files):
    with open(path, "rb") as file:
        content = file.read()
    codec = "h265" if b"hvc1" in content or b"hev1" in content else "h264"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        f'( filesrc location="{path}" ! qtdemux ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )'
    )
    if credentials != "-":
        factory.add_role_from_structure(
            Gst.Structure.from_string("viewer,media.factory.access=true,media.factory.construct=true")[0]
        )
    server.get_mount_points().add_factory(f"/{name}", factory)
if credentials != "-":
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*credentials.split(":", 1)), token)
    server.set_auth(auth)
server.attach(None)
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
# Whoever started us holds the other end of our input: we end with them, whatever becomes of them.
GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
loop.run()
