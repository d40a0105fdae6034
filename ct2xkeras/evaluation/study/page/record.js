// What a result is: the order of a rater's items, and the two files. The reader in Python repeats
// `orderOf` and `checksum` to the letter.
function orderOf(study, rater) {
  const byRank = (block) => {
    const ranked = block.map((id) => [sha256(`${study.study}:${rater}:${id}`), id]);
    return ranked.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map((pair) => pair[1]);
  };
  return study.blocks.flatMap(byRank);
}

const ratingsOf = (order, scores) =>
  order.filter((id) => id in scores).map((id) => ({ item: id, ...scores[id] }));

function checksum(study, rater, ratings) {
  const lines = ratings.map((r) => `${r.item},${r.score},${r.ms}`);
  return sha256([study.format, study.study, rater, ...lines].join("\n"));
}

function resultJson(study, rater, ratings) {
  const result = { format: study.format, study: study.study, rater, ratings };
  return JSON.stringify({ ...result, checksum: checksum(study, rater, ratings) }, null, 1) + "\n";
}

function resultCsv(study, rater, ratings) {
  const rows = ratings.map((r, i) => [study.study, rater, i + 1, r.item, r.score, r.ms].join(","));
  return ["study,rater,position,item,score,ms", ...rows].join("\r\n") + "\r\n";
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
