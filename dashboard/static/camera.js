// The camera of a phone or laptop for a portrait: it fills the file field of the form, which works without it too.

const box = document.querySelector("[data-camera]");
const field = document.querySelector("#photograph-file");
const hidden = document.querySelector("#photograph input[name=camera]");

function shape(video) {
  // The largest centred cut of 35 to 45, as the server makes it.
  const width = Math.min(video.videoWidth, (video.videoHeight * 35) / 45);
  const height = (width * 45) / 35;
  return { left: (video.videoWidth - width) / 2, top: (video.videoHeight - height) / 2, width, height };
}

function begin() {
  const button = box.querySelector("button");
  const figure = box.querySelector("figure");
  const video = box.querySelector("video");
  const canvas = box.querySelector("canvas");
  const status = box.querySelector("[role=status]");
  let stream = null;

  function show(state) {
    figure.hidden = state === "off";
    video.hidden = state !== "live";
    canvas.hidden = state !== "taken";
    button.textContent = { off: box.dataset.start, live: box.dataset.shoot, taken: box.dataset.again }[state];
    status.textContent = state === "taken" ? box.dataset.taken : "";
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  }

  async function start() {
    try {
      const wanted = { facingMode: "user", width: { ideal: 1920 }, height: { ideal: 1440 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch {
      status.textContent = box.dataset.refused;
      return;
    }
    video.srcObject = stream;
    await video.play();
    show("live");
  }

  async function shoot() {
    const cut = shape(video);
    canvas.width = Math.round(cut.width);
    canvas.height = Math.round(cut.height);
    canvas.getContext("2d").drawImage(video, cut.left, cut.top, cut.width, cut.height, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
    const files = new DataTransfer();
    files.items.add(new File([blob], "photograph.jpg", { type: "image/jpeg" }));
    field.files = files.files;
    hidden.value = "yes";
    stop();
    show("taken");
  }

  button.addEventListener("click", () => (stream ? shoot() : start()));
  field.addEventListener("change", () => {
    hidden.value = "";
    stop();
    show("off");
  });
  window.addEventListener("pagehide", stop);
  show("off");
  box.hidden = false;
}

if (box && field && hidden && navigator.mediaDevices?.getUserMedia) begin();
