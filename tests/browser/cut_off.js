// The texts of which a part lies outside of what is shown: of the window, of a drawing, of a box that hides the rest. A wide table may
// be scrolled, but not on a phone, where it has another form.
(() => {
  const scrolled = (element) => window.innerWidth > 480 && element.closest(".scroll");
  const clips = (one) => getComputedStyle(one).overflowX !== "visible";
  const bounds = (element) => {
    let [left, right] = [0, window.innerWidth];
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (!clips(one)) continue;
      const box = one.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    }
    return { left, right };
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest("script, style, .teaser") || scrolled(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), { left, right } = bounds(element);
    if (box.width > 1 && (box.left < left - 1 || box.right > right + 1)) found.push(node.textContent.trim().slice(0, 60));
  }
  return found;
})()
