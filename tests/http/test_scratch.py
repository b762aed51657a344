from uuid import uuid4
import json
from tests.portals import *

async def test_x(play: Playground) -> None:
    p = play.person()
    def show(tag, a):
        print(f"{tag:38} {a.status_code} {a.headers.get('content-type')} xid={a.headers.get('x-request-id','-')[:4]} cc={a.headers.get('cache-control')} allow={a.headers.get('allow')} {a.text[:330]}")
    d = (await p.do("POST","/referrals",{"service":"social_care"}))["id"]
    n0=await play.events()
    async def raw(tag, content, ct="application/json", path=f"/referrals/{d}/children", method="POST", headers=None):
        h = {"Idempotency-Key": str(uuid4())}
        if ct: h["Content-Type"]=ct
        h.update(headers or {})
        try:
            a = await p.client.request(method, "/api/v1"+path, content=content, headers=h)
        except Exception as e:
            print(tag, "RAISED", type(e), str(e)[:300]); return
        show(tag, a)
        n=await play.events()
        nonlocal n0
        if n!=n0: print("   EVENTS!", n-n0); n0=n
    await raw("notjson", b"{")
    await raw("empty", b"")
    await raw("10MB", b'{"given_name":"'+b"x"*10_000_000+b'"}')
    await raw("nul", b'{"given_name":"a\\u0000b","family_name":"\\u0007","x\\u0001":1}')
    await raw("badutf8", b'{"given_name":"\xff\xfe"}')
    await raw("badutf8key", b'{"\xff":1}')
    await raw("surrogate", b'{"given_name":"\\ud800"}')
    await raw("deep", b'['*100000+b']'*100000)
    await raw("deepobj", b'{"a":'*100000+b'1'+b'}'*100000)
    await raw("deep900", b'['*900+b']'*900)
    await raw("deep 400 in field", b'{"given_name":'+b'['*400+b']'*400+b'}')
    await raw("form", b'given_name=a', "application/x-www-form-urlencoded")
    await raw("multipart", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--', "multipart/form-data; boundary=x")
    await raw("text", b'{"given_name":"a"}', "text/plain")
    await raw("noct", b'{"given_name":"a","estimated_age":3}', None)
    await raw("msgpack", b'\x81', "application/x-msgpack")
    await raw("ct garbage", b'{}', ";;;=")
    await raw("charset", '{"given_name":"a"}'.encode("utf-16"), "application/json; charset=utf-16")
    await raw("null", b'null')
    await raw("list", b'[]')
    await raw("str", b'"x"')
    await raw("NaN", b'{"given_name":"A","estimated_age":NaN}')
    await raw("bigint", b'{"given_name":"A","estimated_age":'+b'9'*5000+b'}')
    await raw("1e400", b'{"given_name":"A","estimated_age":1e400}')
    await raw("1e2", b'{"given_name":"A","estimated_age":3.5}')
    await raw("year0", b'{"given_name":"A","born":"0000-01-01"}')
    await raw("year9999", b'{"given_name":"A","born":"9999-12-31"}')
    await raw("due9999", b'{"given_name":"A","due":"9999-12-31"}')
    await raw("due1", b'{"given_name":"A","due":"0001-01-01"}')
    await raw("dt", b'{"given_name":"A","born":"2016-01-01T00:00:00"}')
    await raw("both", json.dumps({"given_name":5,"name_not_known":True,"extra/a~b":1,"estimated_age":99,"born":"2016-02-30"}).encode())
    await raw("contra", json.dumps({}).encode())
    await raw("dupkeys", b'{"given_name":"A","given_name":"B","born":5}')
    await raw("nokey+bad", b'{"given_name":5}', headers={"Idempotency-Key":"short"})
    a = await p.client.post(f"/api/v1/referrals/{d}/children", json={"given_name":5}); show("missing key", a)
    a = await p.client.post(f"/api/v1/referrals/{d}/children", json={"given_name":5}, headers=[("Idempotency-Key","a"*8),("Idempotency-Key","b"*8)]); show("dup key bad body", a)
    a = await p.client.post(f"/api/v1/referrals/{d}/children/confirmation", headers=[("Idempotency-Key","a"*8),("Idempotency-Key","b"*8)]); show("dup key", a)
    a = await p.client.post(f"/api/v1/referrals/{d}/children/confirmation", headers={"Idempotency-Key":"a b c d e f g h"}); show("key spaces", a)
    a = await p.client.post(f"/api/v1/referrals/{d}/children/confirmation", headers={"Idempotency-Key":("é"*9).encode()}); show("key nonascii", a)
    for path in ["/referrals/x","/referrals/%00","/nope","/referrals/"+"9"*5000,"/referrals/%ff%fe", "/", "/referrals/"+d+"/"]:
        a = await p.client.get("/api/v1"+path); show("GET "+path[:30], a)
    for path in ["/", "/api", "/api/nope", "/api/openapi.json/","/nope", "/api/openapi.yaml"]:
        a = await p.client.get(path); show("GET "+path[:30], a)
    a = await p.client.request("PATCH", "/api/v1/referrals"); show("PATCH", a)
    a = await p.client.request("BREW", "/api/v1/referrals"); show("BREW", a)
    a = await p.client.request("HEAD", "/api/v1/me"); show("HEAD", a)
    a = await p.client.request("OPTIONS", "/api/v1/me"); show("OPTIONS", a)
    a = await p.client.request("DELETE", "/api/v1/nope", headers={"Origin":"http://evil"}); show("DEL evil", a)
    a = await p.client.request("POST", "/api/v1/nope", headers={"Origin":"http://evil"}); show("POST nope evil", a)
    w = await play.staff(Role.WORKER)
    for q in ["status=new&status=answered","status=nope","service=nope&status=nope","after=x","after=1_0001-01-01T00:00:00%2B14:00_"+d,"after=1_9999-12-31T23:59:59-14:00_"+d,"nope=1","after=1_2026-01-01_"+d,"after=%00","status=draft","after="+"x"*101, "status=%ff", "after=2_2026-01-01T00:00:00%2B00:00_"+d]:
        a = await w.client.get("/api/v1/inbox?"+q); show("inbox "+q[:30], a)
    n0=await play.events()
    p2=w
    a = await w.call("PUT", f"/referrals/{d}/consent", {}); show("x",a)
