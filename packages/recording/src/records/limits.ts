/** Raw bytes of one segment's records, hard. */
export const MAX_SEGMENT_BODY_BYTES = 512 * 1024;
/** What any record but a screen packet may take; it leaves room for framing in an empty segment. */
export const MAX_RECORD_PAYLOAD_BYTES = 480 * 1024;
export const MAX_EVENT_BYTES = 64 * 1024;
export const MAX_TEXT_BYTES = 256;
export const MAX_MONITORS = 64;
/** Enough for every pointer that a desktop shows; a larger one is a picture. */
export const MAX_CURSOR_SIDE = 256;
export const MAX_JSON_DEPTH = 16;
/** A canvas is at most this wide and this high. */
export const MAX_CANVAS_SIDE = 16_384;
/** One screen packet, all parts together. */
export const MAX_SCREEN_PACKET_BYTES = 64 * 1024 * 1024;
