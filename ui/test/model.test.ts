import assert from "node:assert/strict";
import { test } from "node:test";
import { type Field, History, align, cut, distribute, inside, resize, snap, touches } from "../src/editor/model";

const PAGE = { width: 595, height: 842 };

function field(id: string, x: number, y: number, width = 60, height = 20): Field {
  return { id, document: "d", page: 1, party: "p", kind: "text", label: id, required: true, x, y, width, height, font_size: 10.5 };
}

test("a field never leaves its page and is never larger than it", () => {
  assert.deepEqual(inside({ x: -5, y: 840, width: 60, height: 20 }, PAGE), { x: 0, y: 822, width: 60, height: 20 });
  assert.deepEqual(inside({ x: 10, y: 10, width: 9999, height: 1 }, PAGE), { x: 0, y: 10, width: 595, height: 6 });
});

test("resizing beyond the edge stops at the edge instead of pushing the field", () => {
  const wide = resize({ x: 500, y: 10, width: 60, height: 20 }, { h: 1, v: 0 }, 200, 0, false);
  assert.deepEqual(cut(wide, PAGE, false), { x: 500, y: 10, width: 95, height: 20 });
  const seal = resize({ x: 540, y: 10, width: 40, height: 40 }, { h: 1, v: 1 }, 100, 100, true);
  assert.deepEqual(cut(seal, PAGE, true), { x: 540, y: 10, width: 55, height: 55 });
});

test("a handle moves its own sides only", () => {
  const rect = { x: 100, y: 100, width: 60, height: 40 };
  assert.deepEqual(resize(rect, { h: -1, v: -1 }, 10, 5, false), { x: 110, y: 105, width: 50, height: 35 });
  assert.deepEqual(resize(rect, { h: 0, v: 1 }, 99, 10, false), { x: 100, y: 100, width: 60, height: 50 });
  assert.deepEqual(resize(rect, { h: -1, v: 0 }, 500, 0, false), { x: 154, y: 100, width: 6, height: 40 });
});

test("lines attract within reach, the nearest first", () => {
  const others = [{ x: 440, y: 186, width: 64, height: 64 }];
  const pulled = snap({ x: 443, y: 306, width: 64, height: 64 }, others, 6);
  assert.equal(pulled.dx, -3);
  assert.equal(pulled.dy, 0);
  assert.deepEqual(pulled.guides, [{ axis: "x", at: 440 }]);
  assert.deepEqual(snap({ x: 300, y: 306, width: 10, height: 10 }, others, 6).guides, []);
  const closer = snap({ x: 101, y: 0, width: 50, height: 10 }, [field("a", 98, 300), field("b", 100, 400)], 6);
  assert.equal(closer.dx, -1);
});

test("a line is shown only where the field stands on it", () => {
  const rect = { x: 440, y: 0, width: 64, height: 20 };
  assert.ok(touches(rect, { axis: "x", at: 504 }));
  assert.ok(touches(rect, { axis: "x", at: 472 }));
  assert.ok(!touches(rect, { axis: "x", at: 441 }));
});

test("aligning follows the first", () => {
  const fields = [field("a", 100, 10, 60), field("b", 130, 50, 20)];
  assert.deepEqual(align(fields, "left").map((f) => f.x), [100, 100]);
  assert.deepEqual(align(fields, "right").map((f) => f.x), [100, 140]);
  assert.deepEqual(align(fields, "center").map((f) => f.x), [100, 120]);
  assert.deepEqual(align(fields, "top").map((f) => f.y), [10, 10]);
  assert.deepEqual(align([], "left"), []);
});

test("distributing keeps the ends and evens the gaps", () => {
  const spread = distribute([field("c", 0, 200), field("a", 0, 0), field("b", 0, 30)]);
  assert.deepEqual(spread.map((f) => [f.id, f.y]), [["a", 0], ["b", 100], ["c", 200]]);
  assert.equal(distribute([field("a", 0, 0), field("b", 0, 9)]).length, 2);
});

test("undo and redo walk the same way, and nudges are one step", () => {
  const history = new History([field("a", 0, 0)]);
  assert.equal(history.undo(), false);
  history.set([field("a", 1, 0)], "nudge");
  history.set([field("a", 2, 0)], "nudge");
  history.set([field("a", 2, 50)]);
  assert.equal(history.undo(), true);
  assert.deepEqual([history.fields[0]?.x, history.fields[0]?.y], [2, 0]);
  assert.equal(history.undo(), true);
  assert.equal(history.fields[0]?.x, 0);
  assert.equal(history.canUndo, false);
  assert.equal(history.redo(), true);
  assert.equal(history.fields[0]?.x, 2);
  history.set([]);
  assert.equal(history.canRedo, false);
});

test("a lasting id is known in past and future", () => {
  const history = new History([]);
  history.set([field("new-1", 0, 0)]);
  history.set([field("new-1", 9, 0)]);
  history.undo();
  history.rename(new Map([["new-1", "fld_1"]]));
  assert.equal(history.fields[0]?.id, "fld_1");
  history.redo();
  assert.equal(history.fields[0]?.id, "fld_1");
});
