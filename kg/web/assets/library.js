// A script of others that comes with the desk, fetched from the desk when it is first needed, and once.
window.hkLibrary = (() => {
  const loads = new Map();
  return (file) => {
    if (!loads.has(file)) {
      loads.set(file, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = `${window.hkRoot}/desk/vendor/${file}`;
        script.onload = done;
        script.onerror = () => { loads.delete(file); script.remove(); failed(new Error(file)); };
        document.head.append(script);
      }));
    }
    return loads.get(file);
  };
})();
