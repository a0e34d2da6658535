/** 1,024 bytes. */
export const KIB = 1024;

/** 1,048,576 bytes. */
export const MIB = 1024 * KIB;
