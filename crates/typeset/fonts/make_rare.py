# Builds NotoSansCJKjp-Rare.otf from Noto Sans CJK (see README.md).
import sys
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools import subset

collection, text_font, latin_font, out = sys.argv[1:5]
text = TTFont(text_font)
known = set(text.getBestCmap()) | set(TTFont(latin_font).getBestCmap())

def sequences(font):
    return {(u, vs): g for t in font["cmap"].tables if t.format == 14
            for vs, pairs in t.uvsDict.items() for u, g in pairs}

full = TTFont(collection, fontNumber=0)  # face 0 is the Japanese one
rest = sorted(c for c in full.getBestCmap() if c not in known)
have = sequences(text)
missing = {k: g for k, g in sequences(full).items() if k not in have}

o = subset.Options()
o.layout_features = []
o.hinting = False
o.notdef_outline = True
o.glyph_names = False
o.recalc_timestamp = False
o.font_number = 0
o.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]
font = subset.load_font(collection, o)
s = subset.Subsetter(o)
s.populate(unicodes=rest, glyphs=[g for g in missing.values() if g])
s.subset(font)

# The subsetter drops sequences whose base is not kept: write them all again.
cmap = font["cmap"]
cmap.tables = [t for t in cmap.tables if t.format != 14]
t = CmapSubtable.newSubtable(14)
t.platformID, t.platEncID, t.language, t.cmap = 0, 5, 0, {}
t.uvsDict = {}
for (u, vs), g in sorted(missing.items()):
    t.uvsDict.setdefault(vs, []).append((u, g))
cmap.tables.append(t)
font.save(out)
print(len(rest), "characters,", len(missing), "variation sequences,", font["maxp"].numGlyphs, "glyphs")
