import title from '@salesforce/label/c.PC_Request_Title';
import syncTitle from '@salesforce/label/c.PC_Request_SyncTitle';
import syncIntro from '@salesforce/label/c.PC_Request_SyncIntro';
import acceptTitle from '@salesforce/label/c.PC_Request_AcceptTitle';
import declineTitle from '@salesforce/label/c.PC_Request_DeclineTitle';
import notWaiting from '@salesforce/label/c.PC_Request_NotWaiting';
import notShared from '@salesforce/label/c.PC_Request_NotShared';
import close from '@salesforce/label/c.PC_Request_Close';
import sent from '@salesforce/label/c.PC_Request_Sent';

export const requestText = Object.freeze({
  title,
  syncTitle,
  syncIntro,
  acceptTitle,
  declineTitle,
  notWaiting,
  notShared,
  close,
  sent
});
