#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
"""Independent decoder of littlefs v2.0/v2.1 and v1.x images, written only from format.md.
usage: lfsdump.py IMAGE BLOCK_SIZE [-v]   prints the same manifest as exp/genimg.c"""
import sys, struct, zlib
NULL=0xffffffff
def crc(data, c=0xffffffff): return (~zlib.crc32(data, c ^ 0xffffffff)) & 0xffffffff
class Bad(Exception): pass
class V2:
    def __init__(s,img,bs,verbose=False):
        s.img,s.bs,s.v=img,bs,verbose; s.bc=len(img)//bs; s.gs=[0,0,0]; s.stats=dict(mdirs=0,commits=0,fcrc=0,blocks=set())
    def blk(s,b):
        if b>=s.bc: raise Bad('block %x'%b)
        return s.img[b*s.bs:(b+1)*s.bs]
    def parse(s,b):
        """-> list of (type,id,size,data) of all valid commits, or None"""
        d=s.blk(b); off=4; prev=NULL; start=0; good=None; cur=[]; done=[]; nc=0; fc=0
        while off+4<=s.bs:
            raw=struct.unpack('>I',d[off:off+4])[0]; t=raw^prev
            if t>>31: break
            ty,i,sz=(t>>20)&0x7ff,(t>>10)&0x3ff,t&0x3ff
            dl=0 if sz==0x3ff else sz
            if off+4+dl>s.bs: break
            prev=t
            if ty&0x780==0x500:
                want=struct.unpack('<I',d[off+4:off+8])[0]
                if crc(d[start:off+4])!=want: break
                prev=t^((ty&1)<<31); off+=4+dl; start=off; done+=cur; cur=[]; good=off; nc+=1
                continue
            if ty==0x5ff: fc+=1
            cur.append((ty,i,sz,d[off+4:off+4+dl])); off+=4+dl
        if good is None: return None
        s.stats['commits']+=nc; s.stats['fcrc']+=fc
        return done
    def fetch(s,pair):
        revs=[struct.unpack('<I',s.blk(b)[:4])[0] for b in pair]
        order=[0,1]
        if 0 < ((revs[1]-revs[0])&NULL) < 0x80000000: order=[1,0]
        for o in order:
            tags=s.parse(pair[o])
            if tags is not None: break
        else: raise Bad('corrupt pair %x %x'%tuple(pair))
        s.stats['mdirs']+=1
        ents=[]; tail=None; gst=None
        for ty,i,sz,data in tags:
            if ty==0x401: ents.insert(i,{})
            elif ty==0x4ff: ents.pop(i)
            elif ty>>8==0:
                while i>=len(ents): ents.append({})
                ents[i]['name']=(ty,data)
            elif ty>>8==2: ents[i]['st']=(ty,data)
            elif ty>>8==3:
                if sz==0x3ff: ents[i].pop(('a',ty&0xff),None)
                else: ents[i][('a',ty&0xff)]=data
            elif ty>>8==6: tail=(ty&1,struct.unpack('<II',data))
            elif ty==0x7ff: gst=struct.unpack('<III',data)
        return dict(pair=pair,ents=ents,tail=tail,g=gst)
    def load(s):
        s.root=None; p=(0,1); s.all=[]; seen=set()
        while True:
            if p in seen: raise Bad('cycle')
            seen.add(p); m=s.fetch(p); s.all.append(m)
            if m['ents'] and m['ents'][0].get('name',(0,b''))[0]==0xff and m['ents'][0]['name'][1]==b'littlefs':
                s.root=p; s.sb=struct.unpack('<6I',m['ents'][0]['st'][1][:24])
            if m['g']: s.gs=[a^b for a,b in zip(s.gs,m['g'])]
            if not m['tail'] or NULL in m['tail'][1]: break
            p=m['tail'][1]
        if s.root is None: raise Bad('no superblock')
    def ctz(s,head,size):
        if size==0: return b''
        B=s.bs; # layout: sizes of each block in order
        caps=[]; left=size; i=0
        while left>0:
            hdr=0 if i==0 else 4*((i&-i).bit_length())
            n=min(left,B-hdr); caps.append((hdr,n)); left-=n; i+=1
        out=[]; b=head
        for i in range(len(caps)-1,-1,-1):
            s.stats['blocks'].add(b); d=s.blk(b); h,n=caps[i]; out.append(d[h:h+n])
            if i: b=struct.unpack('<I',d[:4])[0]
        return b''.join(reversed(out))
    def dirents(s,pair):
        while True:
            m=s.fetch(pair); mv=None
            if (s.gs[0]>>20)&0x7ff==0x4ff and set(s.gs[1:])&set(pair): mv=(s.gs[0]>>10)&0x3ff
            for k,e in enumerate(m['ents']):
                if k==mv or 'name' not in e or e['name'][0]>=0x80: continue
                yield e
            if m['tail'] and m['tail'][0]: pair=m['tail'][1]
            else: return
    def walk(s,pair,path=''):
        for e in s.dirents(pair):
            ty,nm=e['name']; p=path+'/'+nm.decode('latin1'); st,d=e['st']
            if ty==2:
                yield 'D '+p; yield from s.walk(struct.unpack('<II',d[:8]),p)
            else:
                data=d if st==0x201 else s.ctz(*struct.unpack('<II',d[:8]))
                h=2166136261
                for c in data: h=((h^c)*16777619)&NULL
                yield 'F %s %d %08x %d'%(p,len(data),h,len(e[('a',0x74)]) if ('a',0x74) in e else -1)
    def manifest(s): s.load(); return list(s.walk(s.root))
class V1:
    def __init__(s,img,bs,verbose=False): s.img,s.bs=img,bs; s.bc=len(img)//bs; s.stats=dict(mdirs=0,blocks=set())
    blk=V2.blk; ctz=V2.ctz
    def fetch(s,pair):
        best=None
        for b in pair:
            d=s.blk(b); rev,size,t0,t1=struct.unpack('<4I',d[:16]); n=size&0x7fffffff
            if n<20 or n>s.bs: continue
            if crc(d[:n-4])!=struct.unpack('<I',d[n-4:n])[0]: continue
            if best and ((rev-best[0])&NULL)>=0x80000000: continue
            best=(rev,size>>31,(t0,t1),d[16:n-4])
        if not best: raise Bad('corrupt v1 pair %x %x'%tuple(pair))
        s.stats['mdirs']+=1
        ents=[]; d=best[3]; o=0
        while o+4<=len(d):
            ty,el,al,nl=d[o:o+4]; ents.append((ty,d[o+4:o+4+el],d[o+4+el+al:o+4+el+al+nl])); o+=4+el+al+nl
        return dict(more=best[1],tail=best[2],ents=ents)
    def manifest(s):
        sb=s.fetch((0,1)); ty,d,nm=sb['ents'][0]
        if nm!=b'littlefs' or ty!=0x2e: raise Bad('v1 superblock')
        r0,r1,bs,bc,ver=struct.unpack('<5I',d[:20]); s.sb=(ver,bs,bc); s.root=(r0,r1)
        s.allents=[]; p=sb['tail']
        while NULL not in p: m=s.fetch(p); s.allents+=m['ents']; p=m['tail']
        return list(s.walk(s.root))
    def walk(s,pair,path=''):
        while True:
            m=s.fetch(pair)
            for ty,d,nm in m['ents']:
                if ty&0x7f not in (0x11,0x22): continue
                if ty&0x80 and any(not t&0x80 and x[:8]==d[:8] for t,x,_ in s.allents): continue
                ty&=0x7f; p=path+'/'+nm.decode('latin1')
                if ty==0x22: yield 'D '+p; yield from s.walk(struct.unpack('<II',d[:8]),p)
                else:
                    data=s.ctz(*struct.unpack('<II',d[:8])); h=2166136261
                    for c in data: h=((h^c)*16777619)&NULL
                    yield 'F %s %d %08x -1'%(p,len(data),h)
            if not m['more']: return
            pair=m['tail']
def decode(img,bs):
    try: f=V2(img,bs); return f,f.manifest()
    except Bad as e2:
        f=V1(img,bs); return f,f.manifest()
if __name__=='__main__':
    img=open(sys.argv[1],'rb').read(); f,m=decode(img,int(sys.argv[2]))
    print('\n'.join(m))
    print('#',type(f).__name__,'superblock',f.sb,'stats',{k:(len(v) if isinstance(v,set) else v) for k,v in f.stats.items()},'gstate',getattr(f,'gs',None),file=sys.stderr)
