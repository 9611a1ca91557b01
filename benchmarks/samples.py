"""What is timed, as programs that run in the environment under measurement."""

CALL = "import sys; url = sys.argv[1]\n"

BARE = "pass"
IMPORT = "import stitch_connect"
OURS = (
    CALL
    + """
from stitch_connect import Stitch
with Stitch("sandbox-token", base_url=url) as stitch:
    stitch.sources.list()
"""
)
HTTPX = (
    CALL
    + """
import httpx, pydantic
class Source(pydantic.BaseModel, extra="allow"):
    id: int
    name: str
with httpx.Client(base_url=url, headers={"Authorization": "Bearer sandbox-token"}) as client:
    pydantic.TypeAdapter(list[Source]).validate_json(client.get("/v4/sources").content)
"""
)
OPENAI = "import openai; openai.OpenAI(api_key='x')"

PARSE = """
import json, sys, time
from stitch_connect_api.models import Source
from stitch_connect_runtime.decode import Decoder
one = json.load(open(sys.argv[1]))
one = one[0] if isinstance(one, list) else one
content = json.dumps([{**one, "id": n} for n in range(1000)]).encode()
decoder = Decoder(list[Source])
decoder.decode(content, "sources.list", strict=True)
ours, plain = [], []
for _ in range(15):
    begin = time.perf_counter(); decoder.decode(content, "sources.list", strict=True)
    ours.append(time.perf_counter() - begin)
    begin = time.perf_counter(); json.loads(content)
    plain.append(time.perf_counter() - begin)
print(sorted(ours)[7] / sorted(plain)[7])
"""

THROUGHPUT = """
import sys, time, httpx
from stitch_connect import Stitch
url, calls = sys.argv[1], 150
headers = {"Authorization": "Bearer sandbox-token"}
ours, bare = [], []
with Stitch("sandbox-token", base_url=url) as stitch, httpx.Client(headers=headers) as client:
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(calls): stitch.custom_emails.list()
        ours.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        for _ in range(calls): client.get(url + "/notifications/public/v1/api/custom-emails").json()
        bare.append(time.perf_counter() - begin)
print(sorted(bare)[2] / sorted(ours)[2])
"""
