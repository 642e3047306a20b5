/**
 * How long after it was written down something may still be sent that nothing on the other side guards, ms. A deal is surely ours for so
 * long after a checkpoint: its lease lasts a minute and is renewed every twenty seconds. A process that stood still for longer may have lost
 * it, and whoever took over reckons from that checkpoint.
 */
export const sendWithin = 20_000;
