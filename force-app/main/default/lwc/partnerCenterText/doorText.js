import freezesTitle from '@salesforce/label/c.PC_Door_FreezesTitle';
import impossibleTitle from '@salesforce/label/c.PC_Door_ImpossibleTitle';
import cancel from '@salesforce/label/c.PC_Door_Cancel';
import everything from '@salesforce/label/c.PC_Door_Everything';
import customerNameAndAddress from '@salesforce/label/c.PC_Door_CustomerNameAndAddress';
import duns from '@salesforce/label/c.PC_Door_Duns';
import consent from '@salesforce/label/c.PC_Door_Consent';
import contacts from '@salesforce/label/c.PC_Door_Contacts';
import note from '@salesforce/label/c.PC_Door_Note';
import helpKind from '@salesforce/label/c.PC_Door_HelpKind';
import visibility from '@salesforce/label/c.PC_Door_Visibility';
import shareTitle from '@salesforce/label/c.PC_Door_ShareTitle';
import shareIntro from '@salesforce/label/c.PC_Door_ShareIntro';
import shareNoDelete from '@salesforce/label/c.PC_Door_ShareNoDelete';
import shareButton from '@salesforce/label/c.PC_Door_ShareButton';
import shareHelpIntro from '@salesforce/label/c.PC_Door_ShareHelpIntro';
import visibleTitle from '@salesforce/label/c.PC_Door_VisibleTitle';
import visibleIntro from '@salesforce/label/c.PC_Door_VisibleIntro';
import visibleNoHide from '@salesforce/label/c.PC_Door_VisibleNoHide';
import visibleButton from '@salesforce/label/c.PC_Door_VisibleButton';
import helpTitle from '@salesforce/label/c.PC_Door_HelpTitle';
import helpIntro from '@salesforce/label/c.PC_Door_HelpIntro';
import helpNoBack from '@salesforce/label/c.PC_Door_HelpNoBack';
import helpButton from '@salesforce/label/c.PC_Door_HelpButton';
import helpChoose from '@salesforce/label/c.PC_Door_HelpChoose';
import helpPlaceholder from '@salesforce/label/c.PC_Door_HelpPlaceholder';
import acceptTitle from '@salesforce/label/c.PC_Door_AcceptTitle';
import acceptIntro from '@salesforce/label/c.PC_Door_AcceptIntro';
import acceptNoDecline from '@salesforce/label/c.PC_Door_AcceptNoDecline';
import acceptButton from '@salesforce/label/c.PC_Door_AcceptButton';
import declineTitle from '@salesforce/label/c.PC_Door_DeclineTitle';
import declineIntro from '@salesforce/label/c.PC_Door_DeclineIntro';
import declineNoAccept from '@salesforce/label/c.PC_Door_DeclineNoAccept';
import declineButton from '@salesforce/label/c.PC_Door_DeclineButton';
import wonTitle from '@salesforce/label/c.PC_Door_WonTitle';
import wonIntro from '@salesforce/label/c.PC_Door_WonIntro';
import wonHold from '@salesforce/label/c.PC_Door_WonHold';
import wonNoReopen from '@salesforce/label/c.PC_Door_WonNoReopen';
import wonButton from '@salesforce/label/c.PC_Door_WonButton';
import lostTitle from '@salesforce/label/c.PC_Door_LostTitle';
import lostIntro from '@salesforce/label/c.PC_Door_LostIntro';
import lostNoReopen from '@salesforce/label/c.PC_Door_LostNoReopen';
import lostButton from '@salesforce/label/c.PC_Door_LostButton';
import retireTitle from '@salesforce/label/c.PC_Door_RetireTitle';
import retireIntro from '@salesforce/label/c.PC_Door_RetireIntro';
import retireNoReopen from '@salesforce/label/c.PC_Door_RetireNoReopen';
import retireButton from '@salesforce/label/c.PC_Door_RetireButton';
import releaseTitle from '@salesforce/label/c.PC_Door_ReleaseTitle';
import releaseIntro from '@salesforce/label/c.PC_Door_ReleaseIntro';
import releaseNoRegistration from '@salesforce/label/c.PC_Door_ReleaseNoRegistration';
import releaseButton from '@salesforce/label/c.PC_Door_ReleaseButton';
import registerTitle from '@salesforce/label/c.PC_Door_RegisterTitle';
import registerIntro from '@salesforce/label/c.PC_Door_RegisterIntro';
import registerNoBack from '@salesforce/label/c.PC_Door_RegisterNoBack';
import registerButton from '@salesforce/label/c.PC_Door_RegisterButton';
import registerChoose from '@salesforce/label/c.PC_Door_RegisterChoose';
import registerNote from '@salesforce/label/c.PC_Door_RegisterNote';
import confirmTitle from '@salesforce/label/c.PC_Door_ConfirmTitle';
import confirmIntro from '@salesforce/label/c.PC_Door_ConfirmIntro';
import confirmNoBack from '@salesforce/label/c.PC_Door_ConfirmNoBack';
import confirmButton from '@salesforce/label/c.PC_Door_ConfirmButton';
import reason from '@salesforce/label/c.PC_Door_Reason';
import reasonChoose from '@salesforce/label/c.PC_Door_ReasonChoose';
import reasonMissing from '@salesforce/label/c.PC_Door_ReasonMissing';
import choiceMissing from '@salesforce/label/c.PC_Door_ChoiceMissing';
import noteLabel from '@salesforce/label/c.PC_Door_NoteLabel';

export const doorText = Object.freeze({
  freezesTitle,
  impossibleTitle,
  cancel,
  everything,
  customerNameAndAddress,
  duns,
  consent,
  contacts,
  note,
  helpKind,
  visibility,
  shareTitle,
  shareIntro,
  shareNoDelete,
  shareButton,
  shareHelpIntro,
  visibleTitle,
  visibleIntro,
  visibleNoHide,
  visibleButton,
  helpTitle,
  helpIntro,
  helpNoBack,
  helpButton,
  helpChoose,
  helpPlaceholder,
  acceptTitle,
  acceptIntro,
  acceptNoDecline,
  acceptButton,
  declineTitle,
  declineIntro,
  declineNoAccept,
  declineButton,
  wonTitle,
  wonIntro,
  wonHold,
  wonNoReopen,
  wonButton,
  lostTitle,
  lostIntro,
  lostNoReopen,
  lostButton,
  retireTitle,
  retireIntro,
  retireNoReopen,
  retireButton,
  releaseTitle,
  releaseIntro,
  releaseNoRegistration,
  releaseButton,
  registerTitle,
  registerIntro,
  registerNoBack,
  registerButton,
  registerChoose,
  registerNote,
  confirmTitle,
  confirmIntro,
  confirmNoBack,
  confirmButton,
  reason,
  reasonChoose,
  reasonMissing,
  choiceMissing,
  noteLabel
});
