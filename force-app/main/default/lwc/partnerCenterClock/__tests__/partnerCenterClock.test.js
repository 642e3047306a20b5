import { everyMinute, inSeries, now, onReturn } from 'c/partnerCenterClock';

beforeEach(() => jest.useFakeTimers({ now: 1000 }));
afterEach(() => jest.useRealTimers());

describe('clock and timers', () => {
  it('tells the time', () => {
    expect(now()).toBe(1000);
  });

  it('calls back in a series that ends, and can be stopped before', () => {
    const [heard, stopped] = [jest.fn(), jest.fn()];
    inSeries(heard, [10, 20]);
    const stop = inSeries(stopped, [10, 20]);
    jest.advanceTimersByTime(15);
    stop();
    jest.advanceTimersByTime(1000);
    expect(heard.mock.calls).toEqual([[1], [0]]);
    expect(stopped.mock.calls).toEqual([[1]]);
  });

  it('calls back every minute until it is stopped', () => {
    const heard = jest.fn();
    const stop = everyMinute(heard);
    jest.advanceTimersByTime(120000);
    stop();
    jest.advanceTimersByTime(120000);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('hears a return to the page at most every ten seconds, and not while it is hidden', () => {
    const heard = jest.fn();
    const stop = onReturn(heard);
    const back = () => window.dispatchEvent(new Event('focus'));
    back();
    jest.advanceTimersByTime(11000);
    back();
    back();
    jest.advanceTimersByTime(11000);
    const hidden = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    back();
    hidden.mockRestore();
    stop();
    back();
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
