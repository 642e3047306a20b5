/** The seller's own stage path; a click changes the stage, as "Mark as Current Stage" does. */
import { LightningElement, api } from 'lwc';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { updateRecord } from 'lightning/uiRecordApi';
import { picklists } from 'host/layouts';

export default class StagePath extends LightningElement {
  @api recordId;
  @api stage;
  stages = [];

  async connectedCallback() {
    this.stages = (await picklists('Opportunity')).StageName.values.map((one) => one.value);
  }

  get steps() {
    const at = this.stages.indexOf(this.stage);
    return this.stages.map((stage, index) => ({
      stage,
      className: `step ${index < at ? 'step_done' : ''} ${index === at ? 'step_current' : ''}`,
      current: index === at ? 'step' : undefined,
    }));
  }

  async handleStage(event) {
    const { stage } = event.currentTarget.dataset;
    try {
      await updateRecord({ fields: { Id: this.recordId, StageName: stage } });
    } catch (error) {
      this.dispatchEvent(
        new ShowToastEvent({
          title: 'The stage was not changed',
          message: error.body?.output?.errors?.[0]?.message ?? error.body?.message,
          variant: 'error',
        }),
      );
    }
  }
}
