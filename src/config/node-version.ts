/** The version of Node.js that runs this: `v20.19.0`. */
export const NODE_VERSION: string = process.version;
