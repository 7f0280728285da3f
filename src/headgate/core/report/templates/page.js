// Draws the charts in the colours of the moment. Without scripts the pictures stay that are there already.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const draw = () =>
    Promise.all(
      [...document.querySelectorAll("[data-chart]")].map((place) => {
        const spec = charts[Number(place.dataset.chart)][dark.matches ? "dark" : "light"];
        // ast: the page forbids code that is made from text.
        return vegaEmbed(place, spec, { actions: false, renderer: "svg", ast: true, tooltip: { theme: "custom" } });
      }),
    ).then(() => document.documentElement.setAttribute("data-drawn", dark.matches ? "dark" : "light"));
  dark.addEventListener("change", draw);
  draw();
})();
