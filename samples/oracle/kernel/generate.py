import random, struct, socket, ipaddress
def csum(b):
    if len(b)%2: b+=b"\0"
    s=sum(struct.unpack(">%dH"%(len(b)//2),b))
    while s>>16: s=(s>>16)+(s&0xffff)
    return ~s&0xffff
def a4(x): return socket.inet_aton(x)
def a6(x): return socket.inet_pton(10,x)
def ip4(src,dst,proto,pl,ttl=64,tos=0,id=1,frag=0x4000,opt=b""):
    h=struct.pack(">BBHHHBBH4s4s",0x45+len(opt)//4,tos,20+len(opt)+len(pl),id,frag,ttl,proto,0,a4(src),a4(dst))+opt
    return h[:10]+struct.pack(">H",csum(h))+h[12:]+pl
def ip6(src,dst,proto,pl,hl=64,tc=0,fl=0):
    return struct.pack(">IHBB16s16s",6<<28|tc<<20|fl,len(pl),proto,hl,a6(src),a6(dst))+pl
def l4sum(v6,src,dst,proto,pl,off):
    ph=(a6(src)+a6(dst)+struct.pack(">II",len(pl),proto)) if v6 else (a4(src)+a4(dst)+struct.pack(">HH",proto,len(pl)))
    c=csum(ph+pl)
    if proto==17 and c==0: c=0xffff
    return pl[:off]+struct.pack(">H",c)+pl[off+2:]
def udp(v6,src,dst,sp,dp,data=b"x"):
    return l4sum(v6,src,dst,17,struct.pack(">HHHH",sp,dp,8+len(data),0)+data,6)
def tcp(v6,src,dst,sp,dp,seq,ack,fl,data=b"",win=64240,opt=b""):
    return l4sum(v6,src,dst,6,struct.pack(">HHIIBBHHH",sp,dp,seq&0xffffffff,ack&0xffffffff,(20+len(opt))//4<<4,fl,win,0,0)+opt+data,16)
def icmp(v6,src,dst,ty,co,rest,data=b""):
    p=struct.pack(">BBHI",ty,co,0,rest)+data
    if v6: return l4sum(True,src,dst,58,p,2)
    return p[:2]+struct.pack(">H",csum(p))+p[4:]
F,S,R,P,A,U=1,2,4,8,16,32
def scenario(seed):
    r=random.Random(seed)
    v6=r.random()<0.3
    s={"name":"fz%d"%seed,"sysctls":{},"ip":[],"events":[],"interfaces":[]}
    if v6:
        nets=["2001:db8:1::","2001:db8:2::","2001:db8:3::"]; own=[n+"1" for n in nets]
        s["interfaces"]=[{"name":"eth%d"%i,"addresses":[own[i]+"/64"]} for i in range(3)]
        s["sysctls"]["net.ipv6.conf.all.forwarding"]=1
        s["ip"]=["route add 2000::/3 via %s dev eth0"%(nets[0]+"fe")]
        hosts=[[n+"%x"%k for k in (0x10,0x20)] for n in nets]; far=["2001:db8:f::5","2001:db8:f::6"]
        PFX=128
    else:
        nets=["203.0.113.","192.168.1.","198.18.0."]; own=["203.0.113.2","192.168.1.1","198.18.0.2"]
        s["interfaces"]=[{"name":"eth%d"%i,"addresses":[own[i]+"/24"]} for i in range(3)]
        if r.random()<0.2: s["interfaces"][0]["addresses"].append("203.0.113.3/24")
        s["sysctls"]["net.ipv4.ip_forward"]=1 if r.random()<0.95 else 0
        # how many redirects a host is told depends on the milliseconds between two packets
        s["sysctls"]["net.ipv4.conf.all.send_redirects"]=s["sysctls"]["net.ipv4.conf.default.send_redirects"]=0
        s["ip"]=["route add default via 203.0.113.1 dev eth0"]
        if r.random()<0.3: s["ip"]+=["route add unreachable 10.1.0.0/16","route add prohibit 10.2.0.0/16","route add blackhole 10.3.0.0/16"]
        if r.random()<0.3: s["ip"]+=["route add default via 198.18.0.1 dev eth2 table 100","rule add fwmark %d table 100 pref 100"%r.choice([1,2])]
        if r.random()<0.2: s["sysctls"]["net.ipv4.conf.default.rp_filter"]=r.choice([1,2])
        pass
        hosts=[[n+"%d"%k for k in (10,20)] for n in nets]; far=["198.51.100.5","198.51.100.6","10.1.2.3","10.2.2.3","10.3.2.3"]
        PFX=32
    if r.random()<0.3: s["interfaces"][r.randrange(3)]["mtu"]=r.choice([1300,1400]) if v6 else r.choice([1300,576,1000])
    if r.random()<0.15: s["sink"]=True
    # ---------- rules
    allh=[h for x in hosts for h in x]+far+own
    def net(h): return h+("/%d"%PFX) if r.random()<.5 else h+("/%d"%(64 if v6 else 24))
    def match(hook,tbl):
        m=[]
        if r.random()<.4 and hook in("PREROUTING","INPUT","FORWARD"): m.append("-i eth%d"%r.randrange(3))
        if r.random()<.3 and hook in("POSTROUTING","OUTPUT","FORWARD"): m.append("-o eth%d"%r.randrange(3))
        if r.random()<.3: m.append(r.choice(["","! "])+r.choice(["-s ","-d "])+net(r.choice(allh)))
        pr=r.choice([None,None,"tcp","udp","icmpv6" if v6 else "icmp"])
        if pr:
            m.append("-p "+pr)
            if pr in("tcp","udp") and r.random()<.6: m.append(r.choice(["","! "])+r.choice(["--dport ","--sport "])+r.choice(["53","80","1000:5000","5000"]))
            elif pr=="tcp" and r.random()<.5: m.append(r.choice(["--syn","! --syn","--tcp-flags SYN,RST SYN","--tcp-flags ALL FIN,ACK"]))
            elif pr=="icmp" and r.random()<.5: m.append("--icmp-type "+r.choice(["8","0","3","3/3","11"]))
            elif pr=="icmpv6" and r.random()<.5: m.append("--icmpv6-type "+r.choice(["128","129","1","2","3"]))
        x=r.random()
        if x<.25: m.append("-m conntrack "+r.choice(["","! "])+"--ctstate "+r.choice(["NEW","ESTABLISHED","RELATED","INVALID","RELATED,ESTABLISHED","UNTRACKED","DNAT","SNAT","NEW,INVALID"]))
        elif x<.3: m.append("-m mark "+r.choice(["","! "])+"--mark "+r.choice(["1","2","0/3","1/1"]))
        elif x<.34: m.append("-m limit --limit %s --limit-burst %d"%(r.choice(["1/s","10/min","3/hour"]),r.randint(1,4)))
        elif x<.38: m.append("-m statistic --mode nth --every %d --packet %d"%(3,r.randrange(3)))
        elif x<.41: m.append("-m length --length "+r.choice(["0:60","61:","28:40"]))
        elif x<.44: m.append("-m connmark --mark "+r.choice(["1","2/2"]))
        elif x<.47: m.append(("-m hl --hl-" if v6 else "-m ttl --ttl-")+r.choice(["lt 10","gt 60","eq 63"]))
        elif x<.50: m.append("-m addrtype --dst-type "+r.choice(["LOCAL","UNICAST","MULTICAST"]))
        elif x<.53: m.append("-m connlimit --connlimit-above %d --connlimit-mask %d"%(r.randint(1,2),PFX))
        elif x<.56: m.append("-m recent --name z%d%s %s"%(seed,r.randrange(2),r.choice(["--set","--update --hitcount 2","--rcheck","--remove","--update --seconds 60"])))
        elif x<.59: m.append("-m hashlimit --hashlimit-%s 2/min --hashlimit-burst %d --hashlimit-mode %s --hashlimit-name y%d%s%d"%(r.choice(["above","upto"]),r.randint(1,3),r.choice(["srcip","dstip","srcip,dstport"]),seed,tbl[0],r.randrange(10**6)))
        elif x<.62: m.append("-m conntrack "+r.choice(["--ctdir ORIGINAL","--ctdir REPLY","--ctstatus SEEN_REPLY","--ctstatus ASSURED","--ctorigsrc "+r.choice(allh),"--ctreplsrc "+r.choice(allh),"--ctproto 17"]))
        elif x<.65: m.append("-m quota --quota %d"%r.choice([60,100,200]))
        elif x<.68 and pr in("tcp","udp"): m.append("-m multiport --%s %s"%(r.choice(["dports","sports","ports"]),r.choice(["53,80","1:1024,5000"])))
        elif x<.70: m.append("-m "+r.choice(["dscp %s--dscp 10","tos %s--tos 0x10","tos %s--tos 8/0x1c"])%r.choice(["","! "]))
        elif x<.72: m.append("-m pkttype %s--pkt-type "%r.choice(["","! "])+r.choice(["unicast","broadcast","multicast"]))
        elif x<.74: m.append("-m iprange %s--%s-range %s"%(r.choice(["","! "]),r.choice(["src","dst"]),(nets[1]+"10-"+nets[1]+"15") if v6 else nets[1]+"5-"+nets[1]+"15"))
        elif x<.76 and hook in("OUTPUT","POSTROUTING"): m.append("-m owner "+r.choice(["","! "])+r.choice(["--uid-owner 0","--gid-owner 0","--uid-owner 1-100","--socket-exists"]))
        elif x<.78 and hook=="PREROUTING" and tbl in("raw","mangle"): m.append("-m rpfilter "+r.choice(["","--invert","--loose","--validmark","--accept-local"]))
        elif x<.80 and hook in("PREROUTING","INPUT") and tbl!="nat": m.append("-m addrtype %s--%s-type %s"%(r.choice(["","! "]),r.choice(["src","dst"]),r.choice(["LOCAL","UNICAST","MULTICAST","LOCAL,MULTICAST"]))+r.choice([""," --limit-iface-in"]))
        elif x<.82 and pr=="tcp" and not any("--" in z for z in m): m.append("-m tcpmss %s--mss %s"%(r.choice(["","! "]),r.choice(["1460","0:1000","536:1460"])))
        # not 0:29: whether 30 s are left or 29 depends on milliseconds
        elif x<.84: m.append("-m conntrack %s--ctexpire %s"%(r.choice(["","! "]),r.choice(["0:15","1000:4294967295","100:200"])))
        elif x<.86: m.append("-m state --state "+r.choice(["NEW","ESTABLISHED","INVALID","RELATED,ESTABLISHED"]))
        elif x<.88 and not pr: m.append("-p sctp "+r.choice(["--dport 80","! --sport 1:100",""]))
        elif x<.90 and not v6 and not pr: m.append(r.choice(["","! "])+"-f")
        return " ".join(m)
    def target(hook,tbl,user):
        t=[]
        if tbl=="raw": t=["-j CT --notrack","-j MARK --set-mark 1","-j CT --zone %d"%r.randint(1,2),"","-j DROP","-j ACCEPT","-j RETURN","-j NOTRACK"]
        if tbl=="mangle":
            t=["-j MARK --set-mark %d"%r.randint(1,2),"-j MARK --or-mark 2","-j CONNMARK --save-mark","-j CONNMARK --restore-mark","-j CONNMARK --set-mark %d"%r.randint(1,3),"","-j ACCEPT","-j RETURN","-j NFLOG --nflog-group 2"]
            t+=[("-j HL --hl-" if v6 else "-j TTL --ttl-")+r.choice(["set 5","dec 1","inc 1","dec 70"]),"-j TOS --set-tos 0x10","-j DSCP --set-dscp 10"]
            if hook in("FORWARD","POSTROUTING","OUTPUT"): t+=["-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu","-p tcp --syn -j TCPMSS --set-mss 1000"]
            if hook in("PREROUTING","FORWARD"): t+=["! -d %s -j TEE --gateway "%("ff00::/8" if v6 else "224.0.0.0/4")+hosts[1][1]]
            if r.random()<.1: t+=["-j DROP"]
        if tbl=="nat":
            t=["","-j ACCEPT","-j RETURN","-j MARK --set-mark 1","-j NFLOG --nflog-group 4"]
            B=lambda a,p: ("[%s]:%s"%(a,p) if v6 else "%s:%s"%(a,p))
            if hook in("PREROUTING","OUTPUT"):
                t+=["-j DNAT --to-destination "+r.choice(hosts[1]+hosts[2]+own[:1])]*3+["-p udp -j DNAT --to-destination "+B(hosts[1][0],r.choice(["8080","8080-8082"])),"-p tcp -j DNAT --to-destination "+B(hosts[1][1],"80"),"-p udp -j REDIRECT --to-ports 5353","-j REDIRECT"]
                t+=["-j NETMAP --to "+(nets[2]+"/120" if v6 else nets[2]+"0/24")]
            else:
                t+=["-j SNAT --to-source "+own[0],"-j SNAT --to-source "+own[2],"-p udp -j SNAT --to-source "+B(own[0],"6000-6003")]
                if hook=="POSTROUTING": t+=["-j MASQUERADE"]*4+["-p tcp -j MASQUERADE --to-ports 2000-2010"]
        if tbl in("filter","security"):
            t=["-j ACCEPT","-j ACCEPT","","-j DROP","-j RETURN","-j NFLOG --nflog-group 3","-j MARK --set-mark 2","-j CONNMARK --set-mark 2"]
            if tbl=="filter":
                t+=["-j REJECT","-p tcp -j REJECT --reject-with tcp-reset","-j REJECT --reject-with "+(r.choice(["icmp6-no-route","icmp6-adm-prohibited","icmp6-addr-unreachable"]) if v6 else r.choice(["icmp-host-unreachable","icmp-admin-prohibited","icmp-proto-unreachable"]))]
        x=r.choice(t)
        if user and r.random()<.2: x=r.choice(["-j ","-g "])+r.choice(user)
        return x
    HK={"raw":["PREROUTING","OUTPUT"],"mangle":["PREROUTING","INPUT","FORWARD","OUTPUT","POSTROUTING"],"nat":["PREROUTING","INPUT","OUTPUT","POSTROUTING"],"filter":["INPUT","FORWARD","OUTPUT"],"security":["INPUT","FORWARD","OUTPUT"]}
    txt=""
    for tbl,p in(("raw",.3),("mangle",.5),("nat",.6),("filter",.8),("security",.15)):
        if r.random()>p: continue
        user=["u1","u2"] if tbl in("filter","mangle") and r.random()<.4 else []
        txt+="*%s\n"%tbl+"".join(":%s %s [0:0]\n"%(h,"DROP" if tbl in("filter",) and r.random()<.15 else "ACCEPT") for h in HK[tbl])+"".join(":%s - [0:0]\n"%u for u in user)
        for h in HK[tbl]:
            for _ in range(r.choice([0,1,2,3])):
                for _try in range(20):
                    m,t=match(h,tbl),target(h,tbl,user)
                    if tbl=="nat" and t=="" and 0: continue
                    if m.count("-p ")+t.count("-p ")>1 or m.count("-d ")+t.count("-d ")>1: continue
                    if "--syn" in m and "TCPMSS" in t: continue
                    if "TCPMSS" in t and h in("PREROUTING","INPUT"): continue
                    txt+=("-A %s %s %s"%(h,m,t)).rstrip()+"\n"; break
        for u in user:
            for _ in range(r.choice([1,2])):
                for _try in range(20):
                    m=match("X",tbl); t=target("X",tbl,user[user.index(u)+1:])
                    if "TCPMSS" in t or "TEE" in t or "addrtype" in m and 0: continue
                    if "REJECT" in t and 0: continue
                    if m.count("-p ")+t.count("-p ")>1 or m.count("-d ")+t.count("-d ")>1: continue
                    txt+=("-A %s %s %s"%(u,m,t)).rstrip()+"\n"; break
        txt+="COMMIT\n"
    if txt: s["ip6tables" if v6 else "iptables"]=txt
    # ---------- packets
    ev=s["events"]; nfr=[0]
    def inj(ifc,proto,src,dst,pl,ttl=64,tos=0,**k):
        if v6:
            b=ip6(src,dst,proto,pl,ttl,tos)
            if r.random()<.05: b=ip6(src,dst,0,bytes([proto,0,1,4,0,0,0,0])+pl,ttl,tos)
            elif len(pl)>1200 or r.random()<.06 and len(pl)>24:
                cut=max(8,(len(pl)//2)&~7) if len(pl)<=2400 else 1200
                if r.random()<.7: cut=min(cut,1224)
                i=r.getrandbits(32); off=0; parts=[]
                while off<len(pl):
                    q=pl[off:off+cut]; parts.append(struct.pack(">BBHI",proto,0,off|(1 if off+cut<len(pl) else 0),i)+q); off+=cut
                if r.random()<.2: r.shuffle(parts)
                for q in parts: ev.append({"type":"in","iface":ifc,"hex":ip6(src,dst,44,q,ttl,tos).hex()})
                return
        else:
            df=0x4000 if r.random()<.6 else 0
            nfr[0]+=1
            opt=b""
            if r.random()<.03: opt=r.choice([b"\x94\x04\0\0",b"\x01\x01\x01\0"])
            if len(pl)>1400 or r.random()<.08 and len(pl)>24:
                cut=max(8,(len(pl)//2)&~7) if len(pl)<=2600 else 1200
                off=0; parts=[]
                idn=nfr[0]+100
                while off<len(pl):
                    q=pl[off:off+cut]; parts.append(ip4(src,dst,proto,q,ttl,tos,idn,off//8|(0x2000 if off+cut<len(pl) else 0)|(df if r.random()<.8 else 0),opt)); off+=cut
                if r.random()<.2: r.shuffle(parts)
                if r.random()<.1: parts.insert(1,parts[0])
                for q in parts: ev.append({"type":"in","iface":ifc,"hex":q.hex()})
                return
            b=ip4(src,dst,proto,pl,ttl,tos,nfr[0],df,opt)
        if r.random()<.02: b=b[:r.randrange(1,len(b))]
        if r.random()<.03: j=r.randrange(len(b)); b=b[:j]+bytes([b[j]^(1<<r.randrange(8))])+b[j+1:]
        ev.append({"type":"in","iface":ifc,"hex":b.hex()})
    convs=[]
    for _ in range(r.randint(2,5)):
        i=r.randrange(3); src=r.choice(hosts[i]); x=r.random()
        dst=r.choice(far) if x<.5 else r.choice(hosts[(i+1+r.randrange(2))%3]) if x<.75 else r.choice(own) if x<.95 else r.choice(["ff02::1"] if v6 else ["224.0.0.1","255.255.255.255",nets[i]+"255"])
        j=0
        for k in range(3):
            if dst.startswith(nets[k]): j=k
        convs.append([r.choice(["udp","udp","tcp","tcp","icmp","other"]),i,src,r.choice([5000,1234,700,40000]),dst,r.choice([53,80,5353,8080]),j,1000*r.randint(1,9),5000*r.randint(1,9),0])
    last=None
    for _ in range(r.randint(5,14)):
        c=r.choice(convs); pr,i,src,sp,dst,dp,j,sq,rq,st=c
        rep=r.random()<.35 and st>0
        ttl=r.choice([64,64,64,64,2,1,128]); tos=r.choice([0,0,0,8,0x10,1,3])
        a,b,ap,bp,ifc=(dst,src,dp,sp,"eth%d"%j) if rep else (src,dst,sp,dp,"eth%d"%i)
        x=r.random()
        if x<.08:
            # icmp error about the last packet
            inner=ip6(src,dst,17 if pr!="tcp" else 6,(udp(v6,src,dst,sp,dp) if pr!="tcp" else tcp(v6,src,dst,sp,dp,sq,rq,A)),60) if v6 else ip4(src,dst,17 if pr!="tcp" else 6,(udp(v6,src,dst,sp,dp) if pr!="tcp" else tcp(v6,src,dst,sp,dp,sq,rq,A)),60)
            fr=dst if r.random()<.5 else (nets[j]+"77")
            ty,co=r.choice([(1,4),(2,0),(3,0)] if v6 else [(3,3),(3,4),(11,0),(3,1)])
            if not fr.startswith("224") and not fr.startswith("255") and not fr.startswith("ff"): inj("eth%d"%j,58 if v6 else 1,fr,src,icmp(v6,fr,src,ty,co,1300 if (ty,co) in((2,0),(3,4)) else 0,inner[:r.choice([28,48,len(inner)])if not v6 else len(inner)]),ttl,tos)
            continue
        if x<.13 and pr in("udp","tcp"):
            e={"type":"udp_send","dst":b if not(b.startswith("224") or b.startswith("255") or b.startswith("ff") or b.endswith(".255")) else far[0],"dport":bp,"sport":r.choice([3333,5000,1234]),"data":"aabb"}
            ev.append(e); continue
        if x<.15 and not any(z["type"]=="advance" for z in ev):
            ev.append({"type":"advance","seconds":r.choice([10,40,130])}); continue
        if rep and (dst in own or dst.startswith("224") or dst.startswith("255") or dst.startswith("ff") or dst.endswith(".255")): continue
        if pr=="udp":
            inj(ifc,17,a,b,udp(v6,a,b,ap,bp,bytes(r.choice([1,10,30,600,1300,1450,2000]) if r.random()<.4 else 5)),ttl,tos)
        elif pr=="tcp":
            data=b""
            if st==0: fl=S if r.random()<.85 else r.choice([A,R,F|A,S|A,0,F|S,P|A])
            elif rep: fl=r.choice([S|A,S|A,A,P|A,F|A,R,R|A])
            else: fl=r.choice([A,A,P|A,F|A,R,S])
            if fl&P: data=bytes(r.choice([5,100]))
            opt=b"\x02\x04\x05\xb4" if fl&S and r.random()<.6 else b""
            me,ot=(8,7) if rep else (7,8)
            inj(ifc,6,a,b,tcp(v6,a,b,ap,bp,c[me]+(r.choice([0,0,0,1,100000]) if r.random()<.1 else 0),c[ot] if fl&A else 0,fl,data,opt=opt),ttl,tos)
            c[me]+=len(data)+(1 if fl&S else 0)+(1 if fl&F else 0)
        elif pr=="icmp":
            if v6: inj(ifc,58,a,b,icmp(v6,a,b,129 if rep else r.choice([128,128,128,139]),0,ap<<16|1,bytes(r.choice([8,8,8,1400]))),ttl,tos)
            else: inj(ifc,1,a,b,icmp(v6,a,b,0 if rep else r.choice([8,8,8,8,13,17,10]),0,sp<<16|1,bytes(r.choice([12,12,12,1400]))),ttl,tos)
        else:
            inj(ifc,r.choice([132,47,253,50]),a,b,bytes(range(20)),ttl,tos)
        c[9]=1
    return s
if __name__=="__main__":
    import sys,json
    print(json.dumps(scenario(int(sys.argv[1])),indent=1))
