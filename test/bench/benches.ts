/** What `npm run bench` knows; each is the file of its name in this folder. */
export const benches = [
  { name: 'codec', measures: 'bytes and CPU of the screen codec on drawn desktops, beside tiles', takes: 'minutes' },
  {
    name: 'recorded-frames',
    measures: 'the same on a recorded desktop, beside tiles and H.264',
    takes: 'a video, minutes',
  },
  { name: 'record-workload', measures: 'nothing: records a desktop for recorded-frames', takes: 'minutes' },
  { name: 'x11-agent', measures: 'CPU of recording an X display, by damage and by polling', takes: '3 min' },
  { name: 'twenty-sessions', measures: 'CPU and memory of one agent with twenty sessions', takes: 'minutes' },
  { name: 'live-lag', measures: 'how far live view is behind, glass to glass', takes: 'minutes' },
  { name: 'cost', measures: 'what AWS would charge for a recorded hour at 10, 80 and 300 MB', takes: '10 min' },
  { name: 'playback', measures: 'first frame and seek in Chromium, beside H.264 in <video>', takes: '20 min' },
  {
    name: 'ingest-scale',
    measures: 'segments a second from 10 to 2,000 recordings at once, beside plain PUTs',
    takes: '10 min',
  },
  { name: 'policy', measures: 'decisions over 10 to 10,000 rules, beside a plain model', takes: '30 s' },
  { name: 'policy-evaluation', measures: 'what a host waits for a decision, beside an empty route', takes: '2 min' },
  { name: 'decode', measures: 'decoding in Node and in Chromium, beside PNG', takes: '3 min' },
  { name: 'start', measures: 'start of the local stack, cold start and size of each function', takes: '2 min' },
] as const;
