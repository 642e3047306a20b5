import inDays from '@salesforce/label/c.PC_Expiry_InDays';
import inHours from '@salesforce/label/c.PC_Expiry_InHours';
import inMinutes from '@salesforce/label/c.PC_Expiry_InMinutes';
import over from '@salesforce/label/c.PC_Expiry_Over';
import left from '@salesforce/label/c.PC_Expiry_Left';
import days from '@salesforce/label/c.PC_Expiry_Days';
import oneDay from '@salesforce/label/c.PC_Expiry_OneDay';
import hours from '@salesforce/label/c.PC_Expiry_Hours';
import oneHour from '@salesforce/label/c.PC_Expiry_OneHour';
import minutes from '@salesforce/label/c.PC_Expiry_Minutes';

export const expiryText = Object.freeze({
  inDays,
  inHours,
  inMinutes,
  over,
  left,
  days,
  oneDay,
  hours,
  oneHour,
  minutes
});
