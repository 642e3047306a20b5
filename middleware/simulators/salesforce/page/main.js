// The bundle's entry: synthetic shadow first, so that the global stylesheet reaches the components as it does in Lightning Experience.
import '@lwc/synthetic-shadow';
import { createElement } from 'lwc';
import App from 'host/app';

document.querySelector('#app').append(createElement('host-app', { is: App }));
