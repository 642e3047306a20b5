import title from '@salesforce/label/c.PC_Check_Title';
import count from '@salesforce/label/c.PC_Check_Count';
import complete from '@salesforce/label/c.PC_Check_Complete';
import hint from '@salesforce/label/c.PC_Check_Hint';
import customer from '@salesforce/label/c.PC_Check_Customer';
import customerCure from '@salesforce/label/c.PC_Check_CustomerCure';
import address from '@salesforce/label/c.PC_Check_Address';
import addressCure from '@salesforce/label/c.PC_Check_AddressCure';
import country from '@salesforce/label/c.PC_Check_Country';
import countryCure from '@salesforce/label/c.PC_Check_CountryCure';
import countryUnknownCure from '@salesforce/label/c.PC_Check_CountryUnknownCure';
import value from '@salesforce/label/c.PC_Check_Value';
import valueCure from '@salesforce/label/c.PC_Check_ValueCure';
import closeDate from '@salesforce/label/c.PC_Check_CloseDate';
import closeDateCure from '@salesforce/label/c.PC_Check_CloseDateCure';
import solution from '@salesforce/label/c.PC_Check_Solution';
import solutionCure from '@salesforce/label/c.PC_Check_SolutionCure';
import contact from '@salesforce/label/c.PC_Check_Contact';
import contactCure from '@salesforce/label/c.PC_Check_ContactCure';
import contactPartCure from '@salesforce/label/c.PC_Check_ContactPartCure';
import team from '@salesforce/label/c.PC_Check_Team';
import teamCure from '@salesforce/label/c.PC_Check_TeamCure';
import consent from '@salesforce/label/c.PC_Check_Consent';
import consentCure from '@salesforce/label/c.PC_Check_ConsentCure';
import intent from '@salesforce/label/c.PC_Check_Intent';
import intentCure from '@salesforce/label/c.PC_Check_IntentCure';
import services from '@salesforce/label/c.PC_Check_Services';
import servicesCure from '@salesforce/label/c.PC_Check_ServicesCure';
import done from '@salesforce/label/c.PC_Check_Done';
import open from '@salesforce/label/c.PC_Check_Open';
import edit from '@salesforce/label/c.PC_Check_Edit';
import openAccount from '@salesforce/label/c.PC_Check_OpenAccount';
import addSolution from '@salesforce/label/c.PC_Check_AddSolution';
import phone from '@salesforce/label/c.PC_Check_Phone';
import email from '@salesforce/label/c.PC_Check_Email';
import name from '@salesforce/label/c.PC_Check_Name';

export const checkText = Object.freeze({
  title,
  count,
  complete,
  hint,
  customer,
  customerCure,
  address,
  addressCure,
  country,
  countryCure,
  countryUnknownCure,
  value,
  valueCure,
  closeDate,
  closeDateCure,
  solution,
  solutionCure,
  contact,
  contactCure,
  contactPartCure,
  team,
  teamCure,
  consent,
  consentCure,
  intent,
  intentCure,
  services,
  servicesCure,
  done,
  open,
  edit,
  openAccount,
  addSolution,
  phone,
  email,
  name
});
