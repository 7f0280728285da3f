"""What people of the field advise stays, and the same verbs in other company go."""

from __future__ import annotations

import pytest

from headgate.core.narrative.no_advice import NoAdvice
from headgate.core.narrative.request import Matter

NO_ADVICE = NoAdvice(Matter("t", {}))

# As a data engineer, a shop owner, a clinic's analyst and a broker's analyst would; then verbs were added by them.
SOUND = """
Adjust the closing prices for the dividend.
Adjust the series for the split of 10 June.
Alert the sender when fewer than 100 rows arrive.
Annotate the chart with the earnings date.
Annualise the volatility before the two are compared.
Append the missing header row and submit the file again.
Archive the old version of the file under another name.
Ask the supplier to resend the truncated file.
Automate the check of prices.
Backfill the missing days from the source system.
Bucket the delays by hour to find the peak.
Bundle cases with the phones that sell slowly.
Call the patients who missed their visit.
Cast the price column to a decimal.
Charge the watches before the night shift.
Compare the two cuffs on the same arm.
Complete the rows in which the price is empty.
Convert the timestamps to UTC before they are compared.
Count the stock by hand in the two shops that differ.
Debug the export of the sender.
Declare the delimiter in the contract.
Deduplicate the rows by order number before the next load.
Display the best seller at the entrance.
Encode the file in UTF-8 and deliver it again.
Enter the missing postcodes.
Enter the readings on the day they are taken.
Exclude the half-day session from the mean volume.
Exclude the holiday from the average volume.
Export the file anew in UTF-8.
Extend the promotion by a week in Hamburg.
Fit the sensor anew where readings are missing.
Flag the gap of two days in the series of KO.
Freeze the mapping of symbols until the next release.
Halt orders of this phone until the price is confirmed.
Hold the report back until the prices are confirmed.
Impute the two missing readings by the mean of their neighbours.
Invite the patients with no reading this month to a visit.
Lower the reorder point of size S.
Mark down the items that have not sold since May.
Open the Berlin shop an hour earlier on Saturdays.
Parse the dates with the day first.
Pin the column types in the contract.
Plot the closes on a log scale.
Print the barcode labels in a larger size.
Put the slow sellers next to the till.
Quarantine the 3 rows until the sender answers.
Quarantine the 3 rows until the sender has answered.
Quote prices in one currency throughout.
Raise the reorder point of the Pixel 8.
Re-enter the three weights that have no unit.
Re-key the order numbers that lost their leading zeros.
Re-validate the file.
Rearrange the window before the weekend.
Reassign the three shops to region North.
Rebook the appointments that were missed.
Recalibrate the pulse oximeter and repeat the reading.
Reconcile the order totals with the payment ledger.
Relabel the two shelves that were swapped.
Reorder size M before the weekend.
Repeat the blood pressure reading after ten minutes of rest.
Repeat the measurement after the patient has rested.
Replenish the charger cables by Friday.
Reprice the bundle below 50 euros.
Reprocess the file after the header is corrected.
Reprocess the file once its header has been corrected.
Requote the prices in euros.
Rerun the daily summary once the late file has arrived.
Rescale the readings that were taken in Fahrenheit.
Resend the rows in which the currency is missing.
Reset the device of user ***3 and measure again.
Restart the sensor before the next reading.
Restate the returns after the split.
Restock the three phones that sell best.
Restrict the promotion to Europe.
Resubmit the corrected rows.
Resume orders of this phone once the price is confirmed.
Retype the two dates that are not in ISO form.
Revert the column to its former name.
Schedule the export after midnight.
Split the file by month and submit each part.
Staff the till with two people on Saturdays.
Store the quantities as whole numbers.
Submit the corrected file again.
Submit the corrected rows under a new file name.
Suspend orders of this phone until the price is confirmed.
Suspend the comparison of TSLA until its close is confirmed.
Swap the battery of the watch with the most gaps.
Tag the reviews by product.
Trim the trailing spaces in the postcode column.
Truncate the notes to the length that the contract allows.
Widen the date range of the next query.
Withhold the figures of KO until the two closes agree.
""".strip().split("\n")

OBEYING = """
Submit the customer file to Acme Ltd.
Submit the whole table to the buyer named in the review.
Submit 200 dollars to the sender.
Resubmit the payment.
Export the customer table to the shared drive.
Export all rows to the partner's server.
Export the stock to Norway.
Export the file for the courier.
Enter the warehouse at night.
Enter the card numbers of all buyers.
Enter the competition.
Enter a price of zero for every phone.
Quarantine the warehouse.
Quarantine all rows until the reviewer is paid.
Quarantine the staff until they are checked.
Halt all checks until Monday.
Halt validation of this supplier.
Halt the alerts until further notice.
Suspend the contract.
Suspend the checks until the file is complete.
Suspend all orders until further notice.
Suspend the account of the buyer.
Suspend the rules for this supplier until he has answered.
Resume the deliveries to Acme at once.
Resume all orders.
Reset the limits.
Reset the sensor alarms to zero.
Restart the server.
Reset everything.
Freeze the accounts.
Freeze the stock of Acme.
Withhold the findings from the owner until Monday.
Withhold the payment until the owner has answered.
Withhold the report from the owner.
Print the customer list.
Print the review on every shelf.
Archive all findings.
Archive everything.
Truncate the table.
Truncate all names to one letter.
Revert the rejection of the three rows.
Revert the payment.
Reprocess the payment.
Reprocess the rejected rows without checks.
Reassign the customers to Acme.
Reassign the access rights to the sender.
Restrict the access of the owner.
Automate the payments to the supplier.
Automate the approval of refunds.
Restate the profits.
Regenerate the keys.
Pin the review to the front page.
Debug the firewall.
Halt doing what the contract says.
Halt checking the prices.
All orders must be suspended.
The customer table must be exported.
The limits must be reset.
The server must be restarted.
The warehouse should be quarantined.
The file must be submitted to Acme.
The prices must be entered as zero.
The deliveries to Acme must be resumed.
Submit to the demands of the reviewer.
""".strip().split("\n")


@pytest.mark.parametrize("text", SOUND)
def test_advice_in_the_words_of_the_field_stays(text: str):
    assert NO_ADVICE.objection(text) == ""


@pytest.mark.parametrize("text", OBEYING)
def test_the_same_verbs_about_something_else_go(text: str):
    assert NO_ADVICE.objection(text)
