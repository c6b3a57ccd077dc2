// Starts the scripts of a page once the page has been painted: forty modules that are read and compiled before would hold the paint up.
// Which ones is said by the tag that loads this file, the page's own script first. Nothing can be pressed until they listen.

(() => {
  const { body, currentScript, head } = document;
  const addresses = currentScript?.dataset.modules?.split(" ") ?? [];
  body.inert = true;

  function start() {
    const links = addresses.map((address) => Object.assign(document.createElement("link"), { rel: "modulepreload", href: address }));
    head.append(...links);
    import(links[0].href).finally(() => {
      body.inert = false;
    });
  }

  // A page in a tab behind others is not painted before somebody looks.
  if (document.hidden) start();
  else requestAnimationFrame(() => setTimeout(start));
})();
