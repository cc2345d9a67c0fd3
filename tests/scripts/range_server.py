"""An HTTP server for test_get.sh: serves one file well, and badly in named ways.

usage: range_server.py FILE        prints the port, serves 127.0.0.1 until killed

  /good    answers 206 to a Range     /ignore  answers 200 with all of it
  /short   206, but half the bytes    /cut     promises all, hangs up half-way
  /slow    sends some, then nothing   anything else: 404
"""
import http.server
import re
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1], "rb") as f:
            whole = f.read()
        kind = self.path.lstrip("/")
        if kind not in ("good", "ignore", "short", "cut", "slow"):
            self.send_error(404)
            return
        asked = re.match(r"bytes=(\d+)-(\d+)$", self.headers.get("Range", ""))
        if kind == "ignore" or not asked:
            self.reply(200, whole, whole)
            return
        part = whole[int(asked[1]) : int(asked[2]) + 1]
        half = part[: len(part) // 2]
        if kind == "good":
            self.reply(206, part, part)
        elif kind == "short":
            self.reply(206, half, half)
        else:
            self.reply(206, part, half)
            if kind == "slow":
                time.sleep(60)

    def reply(self, status, promised, sent):
        self.send_response(status)
        self.send_header("Content-Length", str(len(promised)))
        self.end_headers()
        try:
            self.wfile.write(sent)
            self.wfile.flush()
        except OSError:
            pass  # the client has what it wanted
        self.close_connection = True

    def log_message(self, *unused):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
