"""Serves MP4 files over RTSP without transcoding: rtsp-server.py PORT USER:PASSWORD|- NAME=PATH|NAME=still:PATH|NAME=late:MS:PATH…

Prints the port once it listens. A medium starts with its first viewer, is shared by all, and ends with the file; a still
is the file's first picture again and again, the same bytes twice a second, for ever: a camera that hangs. A late one sends
its first picture so many milliseconds after its viewer came, so that key frames of several cameras need not coincide.
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
STILL_INTERVAL_MS = 500


def first_picture(path, codec):
    """The first key frame with its parameter sets, as one buffer, and its caps."""
    pipeline = Gst.parse_launch(
        f'filesrc location="{path}" ! qtdemux ! {codec}parse config-interval=-1 '
        f"! video/x-{codec},stream-format=byte-stream,alignment=au ! appsink name=out sync=false max-buffers=1"
    )
    pipeline.set_state(Gst.State.PLAYING)
    sample = pipeline.get_by_name("out").emit("pull-sample")
    pipeline.set_state(Gst.State.NULL)
    buffer = sample.get_buffer()
    return buffer.extract_dup(0, buffer.get_size()), sample.get_caps().to_string()


def repeat(media, picture):
    """Pushes the picture into a medium until nobody watches it any more."""
    source = media.get_element().get_by_name("still")

    def push():
        return source.emit("push-buffer", Gst.Buffer.new_wrapped(picture)) == Gst.FlowReturn.OK

    timer = GLib.timeout_add(STILL_INTERVAL_MS, push)
    media.connect("unprepared", lambda _: GLib.source_remove(timer))


def delay(media, late_ms):
    media.get_element().get_by_name("pay0").get_static_pad("src").set_offset(late_ms * Gst.MSECOND)


for name, path in (file.split("=", 1) for file in files):
    is_still = path.startswith("still:")
    path = path.removeprefix("still:")
    late_ms = 0
    if path.startswith("late:"):
        _, late, path = path.split(":", 2)
        late_ms = int(late)
    with open(path, "rb") as file:
        content = file.read()
    codec = "h265" if b"hvc1" in content or b"hev1" in content else "h264"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    source = f'filesrc location="{path}" ! qtdemux'
    if is_still:
        picture, caps = first_picture(path, codec)
        source = f'appsrc name=still is-live=true do-timestamp=true format=time caps="{caps}"'
        factory.connect("media-configure", lambda _, media, picture=picture: repeat(media, picture))
    if late_ms:
        factory.connect("media-configure", lambda _, media, late_ms=late_ms: delay(media, late_ms))
    factory.set_launch(f"( {source} ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )")
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
